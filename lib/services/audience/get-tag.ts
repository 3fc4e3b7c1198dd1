import { type CountedTagRow, findTag } from "@/db/audience/tags";
import { NotFoundError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

export type { CountedTagRow };

/** @throws NotFoundError */
export async function getTag(ctx: Context, id: string): Promise<CountedTagRow> {
  requireRight(ctx, "read");
  const row = await findTag(ctx.db.sql, id);
  if (!row) throw new NotFoundError("tag", id);
  return row;
}
