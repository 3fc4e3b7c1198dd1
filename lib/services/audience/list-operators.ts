import { listOperators as listRows, type OperatorRow } from "@/db/audience/operators";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";

/** Newest first. */
export async function listOperators(ctx: Context, query: PageQuery): Promise<Page<OperatorRow>> {
  requireRight(ctx, "read");
  return page(query, (limit, before) => listRows(ctx.db.sql, limit, before));
}
