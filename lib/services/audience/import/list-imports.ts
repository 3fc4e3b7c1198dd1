import { type ImportRow, listImports as listRows } from "@/db/audience/imports";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";
import { isWaiting } from "./import-work";
import { workOnImports } from "./work-on-imports";

/** Newest first. */
export async function listImports(ctx: Context, query: PageQuery): Promise<Page<ImportRow>> {
  requireRight(ctx, "read");
  const found = await page(query, (limit, before) => listRows(ctx.db.sql, limit, before));
  if (found.items.some(isWaiting)) workOnImports(ctx);
  return found;
}
