import { listApiKeys as listRows } from "@/db/api-keys";
import type { ApiKey } from "@/lib/contract/api-key";
import { requireRight } from "./authorize";
import type { Context } from "./context";
import { toApiKey } from "./create-api-key";
import { type Page, type PageQuery, page } from "./page";

/** Newest first, revoked and expired ones too. */
export async function listApiKeys(ctx: Context, query: PageQuery): Promise<Page<ApiKey>> {
  requireRight(ctx, "keys:manage");
  return page(query, (limit, before) => listRows(ctx.db.sql, limit, before), toApiKey);
}
