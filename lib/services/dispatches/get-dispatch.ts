import { type DispatchRow, findDispatch } from "@/db/dispatches/dispatches";
import type { Dispatch, Progress, WarningCode } from "@/lib/contract/dispatches/dispatch";
import { type Locale, textOf } from "@/lib/contract/texts";
import { NotFoundError } from "@/lib/domain/errors";
import { messageStatuses } from "@/lib/domain/lifecycle";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { explainWaits } from "./explain-waits";

/** @throws NotFoundError */
export async function getDispatch(ctx: Context, id: string, locale: Locale): Promise<Dispatch> {
  requireRight(ctx, "read");
  const row = await findDispatch(ctx.db.sql, id);
  if (!row) throw new NotFoundError("dispatch", id);
  return toDispatch(row, locale);
}

/** A row as the contract shows it, the contract's seven fields first. */
export function toDispatch(row: DispatchRow, locale: Locale): Dispatch {
  return {
    id: row.id,
    status: row.status,
    start_datetime: row.startAt,
    end_datetime: row.endAt,
    message_text: row.messageText,
    filter_mobile_operator_code: row.operatorId,
    filter_tag: row.tagId,
    timezone: row.timezone,
    version: row.version,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
    started_at: row.startedAt,
    finished_at: row.finishedAt,
    messages_dropped_at: row.messagesDroppedAt,
    warnings: row.warnings.map((code) => ({ code: code as WarningCode, detail: textOf(locale, code) })),
    waits: explainWaits(row, locale),
    progress: toProgress(row),
  };
}

/**
 * The counters as they add up: `remaining` is whoever has no message yet. Until the audience has been counted it is null and nobody remains;
 * whoever joined it after the count makes it larger, never `remaining` negative.
 */
function toProgress({ audience: counted, counters }: DispatchRow): Progress {
  const accounted = messageStatuses.reduce((sum, status) => sum + counters[status]!, 0);
  const audience = counted === null ? null : Math.max(counted, accounted);
  return { audience, remaining: audience === null ? 0 : audience - accounted, ...laneProgress(counters) };
}

/** The counters of messages, as the contract names them. */
export function laneProgress(counters: Record<string, number>): Omit<Progress, "audience" | "remaining"> {
  const of = (status: (typeof messageStatuses)[number]) => counters[status]!;
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
