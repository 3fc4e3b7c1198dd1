import { listOperators as listRows } from "@/db/operators";
import type { Operator } from "@/lib/contract/operator";
import { requireRight } from "./authorize";
import type { Context } from "./context";
import { toOperator } from "./get-operator";
import { type Page, type PageQuery, page } from "./page";

/** Newest first. */
export async function listOperators(ctx: Context, query: PageQuery): Promise<Page<Operator>> {
  requireRight(ctx, "read");
  return page(query, (limit, before) => listRows(ctx.db.sql, limit, before), toOperator);
}
