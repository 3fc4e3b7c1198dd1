import { log } from "@/lib/log";
import type { Context } from "./context";
import { listAtRisk } from "./list-at-risk";
import { setSending } from "./set-sending";

/** SENDING=stopped: the emergency stop, before the process sends anything; what may have gone out unknown to the rows is told. */
export async function stopAtStart(ctx: Context): Promise<void> {
  await setSending(ctx, { state: "stopped", reason: "SENDING=stopped" });
  const at_risk = (await listAtRisk(ctx)).map(({ id, status, start_datetime, started_at, progress }) => ({
    id,
    status,
    start_datetime,
    started_at,
    accepted: progress.accepted,
    audience: progress.audience,
  }));
  log.warn({ at_risk }, "sending is stopped by the setting SENDING; see docs/operations.md, then switch it on by PUT /api/v1/sending/");
}
