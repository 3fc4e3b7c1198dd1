import { type DeliveryRow, findWebhook, listDeliveries } from "@/db/webhooks/webhooks";
import type { WebhookDelivery } from "@/lib/contract/webhooks/webhook";
import { NotFoundError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";

const toDelivery = (row: DeliveryRow): WebhookDelivery => ({
  id: row.id,
  type: row.type,
  status: row.status,
  attempts: row.attempts,
  last_status: row.lastStatus,
  last_error: row.lastError,
  created_at: row.createdAt,
  next_attempt_at: row.nextAttemptAt,
  delivered_at: row.deliveredAt,
  payload: row.payload,
});

/** Newest first. @throws NotFoundError */
export async function listWebhookDeliveries(ctx: Context, id: string, query: PageQuery): Promise<Page<WebhookDelivery>> {
  requireRight(ctx, "webhooks:manage");
  const webhook = await findWebhook(ctx.db.sql, id);
  if (!webhook) throw new NotFoundError("webhook", id);
  const { items, nextCursor } = await page(query, (limit, before) => listDeliveries(ctx.db.sql, webhook.no, limit, before));
  return { items: items.map(toDelivery), nextCursor };
}
