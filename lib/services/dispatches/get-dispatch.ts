import { type DispatchRow, findDispatch } from "@/db/dispatches/dispatches";
import type { WarningCode } from "@/lib/contract/dispatches/dispatch";
import { NotFoundError } from "@/lib/domain/errors";
import { type MessageStatus, messageStatuses } from "@/lib/domain/lifecycle";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { explainWaits, type Wait } from "./explain-waits";

/** A dispatch at one moment. */
export interface Dispatch extends Omit<DispatchRow, "warnings"> {
  warnings: WarningCode[];
  /**
   * What holds it up, the most general first; nothing while it is sent, before its start and when
   * it is over.
   */
  waits: Wait[];
  progress: Progress;
}

/** How many messages are in each state; `accepted`: all that a gateway took. */
export type MessageCounts = Record<MessageStatus | "accepted", number>;

/**
 * The counters as they add up: `remaining` has no message yet. `audience` is null until it has been
 * counted.
 */
export type Progress = MessageCounts & { audience: number | null; remaining: number };

/** @throws NotFoundError */
export async function getDispatch(ctx: Context, id: string): Promise<Dispatch> {
  requireRight(ctx, "read");
  const row = await findDispatch(ctx.db.sql, id);
  if (!row) throw new NotFoundError("dispatch", id);
  return toDispatch(row);
}

export function toDispatch(row: DispatchRow): Dispatch {
  return {
    ...row,
    warnings: row.warnings as WarningCode[],
    waits: explainWaits(row),
    progress: toProgress(row),
  };
}

/**
 * Before the audience is counted, `remaining` is 0. Recipients who joined after the count make the
 * audience larger, never `remaining` negative.
 */
function toProgress({ audience: counted, counters }: DispatchRow): Progress {
  const accounted = messageStatuses.reduce((sum, status) => sum + counters[status]!, 0);
  const audience = counted === null ? null : Math.max(counted, accounted);
  return { audience, remaining: audience === null ? 0 : audience - accounted, ...countsOf(counters) };
}

export function countsOf(counters: Record<string, number>): MessageCounts {
  const of = (status: MessageStatus) => counters[status]!;
  return {
    sending: of("sending"),
    deferred: of("deferred"),
    sent: of("sent"),
    delivered: of("delivered"),
    undelivered: of("undelivered"),
    failed: of("failed"),
    unknown: of("unknown"),
    expired: of("expired"),
    skipped: of("skipped"),
    cancelled: of("cancelled"),
    accepted: of("sent") + of("delivered") + of("undelivered"),
  };
}
