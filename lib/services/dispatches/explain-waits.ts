import type { DispatchRow } from "@/db/dispatches/dispatches";
import type { WaitCode } from "@/lib/contract/dispatches/dispatch";

/** Something that holds a dispatch up. */
export interface Wait {
  code: WaitCode;
  /** Parameters of its text. */
  params: Record<string, string | number>;
  /** ISO: when it goes on, where that is known. */
  until: string | null;
}

/**
 * Why nothing of a dispatch goes out now, the most general first. A gateway that refuses one
 * operator is listed even while messages to others go out.
 */
export function explainWaits({
  blockers,
  audience,
  counters,
}: Pick<DispatchRow, "blockers" | "audience" | "counters">): Wait[] {
  if (!blockers) return [];
  const wait = (code: WaitCode, until: string | null = null, params: Wait["params"] = {}): Wait => ({
    code,
    params,
    until,
  });
  if (blockers.isLate !== undefined) return blockers.isLate ? [wait("waiting_for_engine")] : [];
  if (blockers.pausedOver) return [wait("daily_limit", null, { ...blockers.pausedOver })];
  if (blockers.pausedFor) return [wait(blockers.pausedFor.code, null, { id: blockers.pausedFor.id })];
  if (blockers.pausedBy !== undefined)
    return [wait("paused", null, blockers.pausedBy === null ? {} : { by: blockers.pausedBy })];
  if (blockers.isStopped) return [wait("stopped")];
  const isTried = blockers.undrained === 0;
  if (blockers.isOver && !(isTried && counters.deferred === 0)) return [wait("outside_window")];
  if (blockers.isOutdated && !blockers.flows) return [wait("outdated")];
  const waits: Wait[] = [];
  if (blockers.refused) waits.push(wait("breaker", blockers.gatewayAt, { operators: blockers.refused }));
  if (blockers.flows) return waits;
  if (audience === null) waits.push(wait("counting"));
  if (blockers.quiet! > 0 && blockers.quiet! >= (isTried ? 1 : blockers.undrained!))
    waits.push(wait("quiet_hours", blockers.quietAt));
  else if (isTried && counters.deferred! > 0 && !blockers.refused)
    waits.push(wait("retries", blockers.retryAt));
  if (!isTried && blockers.attended === 0) waits.push(wait("waiting_for_engine"));
  if (blockers.isBlind) waits.push(wait("clock"));
  if (!isTried && blockers.attended! > 0 && waits.length === 0) waits.push(wait("paced"));
  return waits;
}
