import type { DispatchRow } from "@/db/dispatches/dispatches";
import type { Dispatch, WaitCode } from "@/lib/contract/dispatches/dispatch";
import { type Locale, textOf } from "@/lib/contract/texts";

type Wait = Dispatch["waits"][number];

/** Why nothing of a dispatch goes out now, the most general first. A gateway that refuses one operator is told also while others are sent to. */
export function explainWaits(
  { stance, audience, counters }: Pick<DispatchRow, "stance" | "audience" | "counters">,
  locale: Locale,
): Wait[] {
  if (!stance) return [];
  const wait = (code: WaitCode, until: string | null = null, params: Record<string, string | number> = {}, text: string = code): Wait => ({
    code,
    detail: textOf(locale, `wait.${text}`, params),
    until,
  });
  if (stance.isLate !== undefined) return stance.isLate ? [wait("waiting_for_engine", null, {}, "not_opened")] : [];
  if (stance.pausedOver) return [wait("daily_limit", null, { ...stance.pausedOver })];
  if (stance.pausedBy !== undefined)
    return [stance.pausedBy === null ? wait("paused") : wait("paused", null, { by: stance.pausedBy }, "paused_by")];
  if (stance.isStopped) return [wait("stopped")];
  const isTried = stance.undrained === 0;
  if (stance.isOver && !(isTried && counters.deferred === 0)) return [wait("outside_window")];
  if (stance.isOutdated && !stance.flows) return [wait("outdated")];
  const waits: Wait[] = [];
  if (stance.refused) waits.push(wait("breaker", stance.gatewayAt, { operators: stance.refused }));
  if (stance.flows) return waits;
  if (audience === null) waits.push(wait("counting"));
  if (isTried && counters.deferred! > 0 && !stance.refused) waits.push(wait("retries", stance.retryAt));
  if (!isTried && stance.attended === 0) waits.push(wait("waiting_for_engine"));
  if (stance.isBlind) waits.push(wait("clock"));
  if (!isTried && stance.attended! > 0 && waits.length === 0) waits.push(wait("paced"));
  return waits;
}
