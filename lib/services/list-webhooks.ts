import { listWebhooks as listRows } from "@/db/webhooks";
import type { Webhook } from "@/lib/contract/webhook";
import { requireRight } from "./authorize";
import type { Context } from "./context";
import { toWebhook } from "./get-webhook";
import { type Page, type PageQuery, page } from "./page";

/** Newest first. */
export async function listWebhooks(ctx: Context, query: PageQuery): Promise<Page<Webhook>> {
  requireRight(ctx, "webhooks:manage");
  return page(query, (limit, before) => listRows(ctx.db.sql, limit, before), toWebhook);
}
