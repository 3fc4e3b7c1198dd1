import { transaction } from "@/db/client";
import { findWebhook, insertPing, replayDelivery as replayRow } from "@/db/webhooks/webhooks";
import { NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { deliveriesDue } from "@/lib/services/events";

/**
 * Makes a test delivery, which shows whether the address takes deliveries. @throws NotFoundError
 * @returns its id
 */
export async function pingWebhook(ctx: Context, id: string): Promise<{ delivery: string }> {
  requireRight(ctx, "webhooks:manage");
  const due = await transaction(ctx.db.sql, async (tx) => {
    const webhook = await findWebhook(tx, id);
    if (!webhook) throw new NotFoundError("webhook", id);
    const ping = await insertPing(tx, webhook.no);
    await audit(ctx, tx, "webhook.pinged", id, { after: { delivery: ping.id } });
    return ping;
  });
  await ctx.announce(deliveriesDue([due]));
  return { delivery: due.id };
}

/** Sends a delivery again under its id, whatever its outcome was. @throws NotFoundError */
export async function replayDelivery(ctx: Context, id: string): Promise<{ delivery: string }> {
  requireRight(ctx, "webhooks:manage");
  const due = await transaction(ctx.db.sql, async (tx) => {
    const replayed = await replayRow(tx, id);
    if (!replayed) throw new NotFoundError("webhook_delivery", id);
    const { webhookId, status } = replayed;
    await audit(ctx, tx, "webhook.replayed", webhookId, { before: { delivery: id, status } });
    return { id: replayed.id, webhook: replayed.webhook };
  });
  await ctx.announce(deliveriesDue([due]));
  return { delivery: id };
}
