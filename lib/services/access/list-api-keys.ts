import { listApiKeys as listRows } from "@/db/access/api-keys";
import type { ApiKey } from "@/lib/contract/access/api-key";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";
import { toApiKey } from "./create-api-key";

/** Newest first, revoked and expired ones too. */
export async function listApiKeys(ctx: Context, query: PageQuery): Promise<Page<ApiKey>> {
  requireRight(ctx, "keys:manage");
  const { items, nextCursor } = await page(query, (limit, before) => listRows(ctx.db.sql, limit, before));
  return { items: items.map(toApiKey), nextCursor };
}
