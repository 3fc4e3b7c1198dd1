import { skipDispatchNumbers } from "@/db/dispatches/dispatches";
import { log } from "@/lib/log";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { listAtRisk } from "./list-at-risk";
import { getSending, setSending } from "./set-sending";

/** More than anybody makes between a backup and its restore; there are two thousand million. */
const NUMBERS_SKIPPED = 100_000;

/**
 * SENDING=stopped: the emergency stop, before the process sends anything; what may have gone out
 * unknown to the rows is told. Dispatches that were made after the backup had numbers that would be
 * given again, and so would their messages' ids: a gateway that takes a repeated id once would drop
 * the new ones, and receipts of the old would be taken for theirs.
 */
export async function stopAtStart(ctx: Context): Promise<void> {
  requireRight(ctx, "sending:stop");
  // Not again by each process and each restart.
  if ((await getSending(ctx)).state === "on") await skipDispatchNumbers(ctx.db.sql, NUMBERS_SKIPPED);
  await setSending(ctx, { state: "stopped", reason: "SENDING=stopped" });
  const at_risk = (await listAtRisk(ctx)).map(({ id, status, startAt, startedAt, progress }) => ({
    id,
    status,
    start_datetime: startAt,
    started_at: startedAt,
    accepted: progress.accepted,
    audience: progress.audience,
  }));
  log.warn(
    { at_risk },
    "sending is stopped by the setting SENDING; see docs/operations.md, then switch it on by PUT /api/v1/sending/",
  );
}
