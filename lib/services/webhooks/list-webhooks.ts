import { listWebhooks as listRows, type WebhookRow } from "@/db/webhooks/webhooks";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";

/** Newest first. */
export async function listWebhooks(ctx: Context, query: PageQuery): Promise<Page<WebhookRow>> {
  requireRight(ctx, "webhooks:manage");
  return page(query, (limit, before) => listRows(ctx.db.sql, limit, before));
}
