import { listDispatches as listRows } from "@/db/dispatches";
import type { Dispatch, DispatchListQuery } from "@/lib/contract/dispatch";
import type { Locale } from "@/lib/contract/texts";
import type { DispatchOrder } from "@/lib/domain/lifecycle";
import { requireRight } from "./authorize";
import type { Context } from "./context";
import { toDispatch } from "./get-dispatch";
import { type Page, page } from "./page";

/** In the order that is asked for; newest first when none is. */
export async function listDispatches(ctx: Context, query: DispatchListQuery, locale: Locale): Promise<Page<Dispatch>> {
  requireRight(ctx, "read");
  const filter = { statuses: query.status ?? null, q: query.q?.trim() || null };
  const { sort = "-created" } = query;
  const order = { by: sort.replace("-", "") as DispatchOrder, isDescending: sort.startsWith("-") };
  return page(
    query,
    (limit, after) => listRows(ctx.db.sql, filter, order, limit, after),
    (row) => toDispatch(row, locale),
  );
}
