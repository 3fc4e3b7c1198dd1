import { listDispatches as listRows } from "@/db/dispatches/dispatches";
import type { DispatchListQuery } from "@/lib/contract/dispatches/dispatch";
import type { DispatchOrder } from "@/lib/domain/lifecycle";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Dispatch, toDispatch } from "@/lib/services/dispatches/get-dispatch";
import { type Page, page } from "@/lib/services/page";
import { filterOf } from "./filter-of";

/** In the order that the query names; newest first without one. */
export async function listDispatches(ctx: Context, query: DispatchListQuery): Promise<Page<Dispatch>> {
  requireRight(ctx, "read");
  const filter = { ...filterOf(query), statuses: query.status ?? null };
  const { sort = "-created" } = query;
  const order = { by: sort.replace("-", "") as DispatchOrder, isDescending: sort.startsWith("-") };
  const { items, nextCursor } = await page(query, (limit, after) =>
    listRows(ctx.db.sql, filter, order, limit, after),
  );
  return { items: items.map(toDispatch), nextCursor };
}
