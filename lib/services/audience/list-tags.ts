import { type CountedTagRow, listTags as listRows } from "@/db/audience/tags";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";

/** Newest first. */
export async function listTags(ctx: Context, query: PageQuery): Promise<Page<CountedTagRow>> {
  requireRight(ctx, "read");
  return page(query, (limit, before) => listRows(ctx.db.sql, limit, before));
}
