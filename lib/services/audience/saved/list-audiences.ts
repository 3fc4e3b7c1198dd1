import { listAudiences as listRows } from "@/db/audience/saved-audiences";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";
import { type CountedAudience, countAudiences } from "./count-audience";

/** Newest first; `q`: part of the name. */
export async function listAudiences(
  ctx: Context,
  query: PageQuery & { q?: string | undefined },
): Promise<Page<CountedAudience>> {
  requireRight(ctx, "audience:read");
  const rows = await page(query, (limit, before) => listRows(ctx.db.sql, query.q ?? null, limit, before));
  return { ...rows, items: await countAudiences(ctx, rows.items) };
}
