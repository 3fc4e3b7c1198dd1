import { listWebhooks as listRows } from "@/db/webhooks/webhooks";
import type { Webhook } from "@/lib/contract/webhooks/webhook";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";
import { toWebhook } from "./get-webhook";

/** Newest first. */
export async function listWebhooks(ctx: Context, query: PageQuery): Promise<Page<Webhook>> {
  requireRight(ctx, "webhooks:manage");
  const { items, nextCursor } = await page(query, (limit, before) => listRows(ctx.db.sql, limit, before));
  return { items: items.map(toWebhook), nextCursor };
}
