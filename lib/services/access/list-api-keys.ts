import { type ApiKeyRow, listApiKeys as listRows } from "@/db/access/api-keys";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";

/** Newest first, revoked and expired ones too. */
export async function listApiKeys(ctx: Context, query: PageQuery): Promise<Page<ApiKeyRow>> {
  requireRight(ctx, "keys:manage");
  return page(query, (limit, before) => listRows(ctx.db.sql, limit, before));
}
