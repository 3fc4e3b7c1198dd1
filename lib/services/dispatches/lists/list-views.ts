import { listViews as listRows, type ViewRow } from "@/db/dispatches/views";
import type { DispatchViewFilter, DispatchViewListQuery } from "@/lib/contract/dispatches/view";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, page } from "@/lib/services/page";

/** A filter of the list under a name. */
export interface View extends Omit<ViewRow, "filter"> {
  filter: DispatchViewFilter;
}

export const toView = (row: ViewRow): View => ({
  ...row,
  filter: JSON.parse(row.filter) as DispatchViewFilter,
});

/** Newest first. */
export async function listViews(ctx: Context, query: DispatchViewListQuery): Promise<Page<View>> {
  requireRight(ctx, "read");
  return page(query, async (limit, before) => (await listRows(ctx.db.sql, limit, before)).map(toView));
}
