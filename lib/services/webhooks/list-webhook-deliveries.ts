import { type DeliveryRow, findWebhook, listDeliveries } from "@/db/webhooks/webhooks";
import { NotFoundError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";

export type { DeliveryRow };

/** Newest first. @throws NotFoundError */
export async function listWebhookDeliveries(
  ctx: Context,
  id: string,
  query: PageQuery,
): Promise<Page<DeliveryRow>> {
  requireRight(ctx, "webhooks:manage");
  const webhook = await findWebhook(ctx.db.sql, id);
  if (!webhook) throw new NotFoundError("webhook", id);
  return page(query, (limit, before) => listDeliveries(ctx.db.sql, webhook.no, limit, before));
}
