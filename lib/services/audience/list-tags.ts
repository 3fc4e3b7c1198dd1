import { listTags as listRows } from "@/db/audience/tags";
import type { Tag } from "@/lib/contract/audience/tag";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";
import { toTag } from "./get-tag";

/** Newest first. */
export async function listTags(ctx: Context, query: PageQuery): Promise<Page<Tag>> {
  requireRight(ctx, "read");
  const { items, nextCursor } = await page(query, (limit, before) => listRows(ctx.db.sql, limit, before));
  return { items: items.map(toTag), nextCursor };
}
