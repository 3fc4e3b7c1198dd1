import { listImports as listRows } from "@/db/imports";
import type { Import } from "@/lib/contract/import";
import { requireRight } from "./authorize";
import type { Context } from "./context";
import { endStaleImports, toImport } from "./get-import";
import { type Page, type PageQuery, page } from "./page";

/** Newest first. */
export async function listImports(ctx: Context, query: PageQuery): Promise<Page<Import>> {
  requireRight(ctx, "read");
  await endStaleImports(ctx);
  return page(query, (limit, before) => listRows(ctx.db.sql, limit, before), toImport);
}
