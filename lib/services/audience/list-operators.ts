import { listOperators as listRows } from "@/db/audience/operators";
import type { Operator } from "@/lib/contract/audience/operator";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";
import { toOperator } from "./get-operator";

/** Newest first. */
export async function listOperators(ctx: Context, query: PageQuery): Promise<Page<Operator>> {
  requireRight(ctx, "read");
  const { items, nextCursor } = await page(query, (limit, before) => listRows(ctx.db.sql, limit, before));
  return { items: items.map(toOperator), nextCursor };
}
