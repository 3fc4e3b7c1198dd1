import { transaction } from "@/db/client";
import { setAllLanesOpen } from "@/db/sending/lanes";
import { readSendingState, writeSendingState } from "@/db/sending/sending-state";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { wakeLanes } from "@/lib/services/events";

export interface Sending {
  state: "on" | "stopped";
  reason: string | null;
  /** ISO. */
  changedAt: string;
  changedBy: string;
}

export async function getSending(ctx: Context): Promise<Sending> {
  requireRight(ctx, "read");
  return readSendingState(ctx.db.sql);
}

/**
 * The emergency stop, and its end. Stopped, nothing is claimed and within a second nothing
 * transmitted anywhere; nothing is lost.
 */
export async function setSending(
  ctx: Context,
  input: { state: "on" | "stopped"; reason?: string | null },
): Promise<Sending> {
  requireRight(ctx, input.state === "stopped" ? "sending:stop" : "sending:resume");
  const { after, lanes } = await transaction(ctx.db.sql, async (tx) => {
    const before = await readSendingState(tx, true);
    await writeSendingState(tx, input.state, input.reason ?? null, ctx.actor.name);
    const lanes = await setAllLanesOpen(tx, input.state === "on");
    const after = await readSendingState(tx);
    await audit(ctx, tx, `sending.${input.state}`, "sending", { before, after });
    return { after, lanes };
  });
  if (input.state === "on") await ctx.announce(wakeLanes(lanes));
  return after;
}
