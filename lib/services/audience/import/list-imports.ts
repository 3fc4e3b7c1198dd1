import { listImports as listRows } from "@/db/audience/imports";
import type { Import } from "@/lib/contract/audience/import";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";
import { endStaleImports, toImport } from "./get-import";

/** Newest first. */
export async function listImports(ctx: Context, query: PageQuery): Promise<Page<Import>> {
  requireRight(ctx, "read");
  await endStaleImports(ctx);
  const { items, nextCursor } = await page(query, (limit, before) => listRows(ctx.db.sql, limit, before));
  return { items: items.map(toImport), nextCursor };
}
