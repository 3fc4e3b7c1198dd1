import { type CountedTagRow, findTag } from "@/db/audience/tags";
import type { Tag } from "@/lib/contract/audience/tag";
import { NotFoundError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

export function toTag(row: CountedTagRow): Tag {
  return { id: row.id, name: row.name, recipients: row.recipients };
}

/** @throws NotFoundError */
export async function getTag(ctx: Context, id: string): Promise<Tag> {
  requireRight(ctx, "read");
  const row = await findTag(ctx.db.sql, id);
  if (!row) throw new NotFoundError("tag", id);
  return toTag(row);
}
