import { insertAudit } from "@/db/access/audit";
import { findWebhook, insertPing, replayDelivery as replayRow } from "@/db/webhooks/webhooks";
import { NotFoundError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { deliveriesDue } from "@/lib/services/events";

/** Makes a delivery that only shows whether the address takes any. @throws NotFoundError @returns its id */
export async function pingWebhook(ctx: Context, id: string): Promise<{ delivery: string }> {
  requireRight(ctx, "webhooks:manage");
  const due = await ctx.db.sql.begin(async (tx) => {
    const webhook = await findWebhook(tx, id);
    if (!webhook) throw new NotFoundError("webhook", id);
    const ping = await insertPing(tx, webhook.no);
    await insertAudit(tx, {
      actor: ctx.actor,
      action: "webhook.pinged",
      subjectType: "webhook",
      subjectId: id,
      after: { delivery: ping.id },
    });
    return ping;
  });
  await ctx.announce(deliveriesDue([due]));
  return { delivery: due.id };
}

/** Sends a delivery again, whatever became of it, under the id it has. @throws NotFoundError */
export async function replayDelivery(ctx: Context, id: string): Promise<{ delivery: string }> {
  requireRight(ctx, "webhooks:manage");
  const due = await ctx.db.sql.begin(async (tx) => {
    const replayed = await replayRow(tx, id);
    if (!replayed) throw new NotFoundError("webhook_delivery", id);
    const { webhookId, status } = replayed;
    await insertAudit(tx, {
      actor: ctx.actor,
      action: "webhook.replayed",
      subjectType: "webhook",
      subjectId: webhookId,
      before: { delivery: id, status },
    });
    return { id: replayed.id, webhook: replayed.webhook };
  });
  await ctx.announce(deliveriesDue([due]));
  return { delivery: id };
}
