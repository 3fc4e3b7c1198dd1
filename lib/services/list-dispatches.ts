import { listDispatches as listRows } from "@/db/dispatches";
import type { Dispatch, DispatchListQuery } from "@/lib/contract/dispatch";
import type { Locale } from "@/lib/contract/texts";
import { requireRight } from "./authorize";
import type { Context } from "./context";
import { toDispatch } from "./get-dispatch";
import { type Page, page } from "./page";

/** Newest first. */
export async function listDispatches(ctx: Context, query: DispatchListQuery, locale: Locale): Promise<Page<Dispatch>> {
  requireRight(ctx, "read");
  const filter = { statuses: query.status ?? null, q: query.q?.trim() || null };
  return page(
    query,
    (limit, before) => listRows(ctx.db.sql, filter, limit, before),
    (row) => toDispatch(row, locale),
  );
}
