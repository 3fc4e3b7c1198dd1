import { listTags as listRows } from "@/db/tags";
import type { Tag } from "@/lib/contract/tag";
import { requireRight } from "./authorize";
import type { Context } from "./context";
import { toTag } from "./get-tag";
import { type Page, type PageQuery, page } from "./page";

/** Newest first. */
export async function listTags(ctx: Context, query: PageQuery): Promise<Page<Tag>> {
  requireRight(ctx, "read");
  return page(query, (limit, before) => listRows(ctx.db.sql, limit, before), toTag);
}
