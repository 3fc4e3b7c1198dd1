import { skipDispatchNumbers } from "@/db/dispatches/dispatches";
import { log } from "@/lib/log";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { listAtRisk } from "./list-at-risk";
import { getSending, setSending } from "./set-sending";

/** More than anybody makes between a backup and its restore; there are two thousand million. */
const NUMBERS_SKIPPED = 100_000;

/**
 * SENDING=stopped: throws the emergency stop before the process sends anything, and logs the
 * dispatches that may have sent more than the rows know. New dispatches would get the numbers of
 * those made after the backup, and their messages the same ids. A gateway that takes a repeated id
 * once would drop the new messages, and receipts of the old ones would count for them. So the
 * numbers jump ahead.
 */
export async function stopAtStart(ctx: Context): Promise<void> {
  requireRight(ctx, "sending:stop");
  // Once, and not by each process and each restart.
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
