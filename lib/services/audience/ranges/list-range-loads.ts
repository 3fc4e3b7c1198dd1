import { listImports } from "@/db/audience/imports";
import { currentLoad } from "@/db/audience/number-ranges";
import { isWaiting } from "@/lib/services/audience/import/import-work";
import { workOnImports } from "@/lib/services/audience/import/work-on-imports";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";
import type { RangeLoadRow } from "./range-load";

/** Newest first, with the number of the one whose ranges hold. */
export async function listRangeLoads(
  ctx: Context,
  query: PageQuery,
): Promise<Page<RangeLoadRow> & { current: number | null }> {
  requireRight(ctx, "read");
  const found = await page(query, (limit, before) => listImports(ctx.db.sql, limit, before, "ranges"));
  if (found.items.some(isWaiting)) workOnImports(ctx);
  return { ...found, current: await currentLoad(ctx.db.sql) };
}
