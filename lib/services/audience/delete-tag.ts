import { deleteTag as deleteRow, lockTag, tagUse } from "@/db/audience/tags";
import { audiencesUsing } from "@/db/audience/terms";
import { transaction } from "@/db/client";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

/**
 * Removes the tag from all recipients and deletes it. A tag that a dispatch filters by, finished or
 * not, stays: the dispatch's record must stay true. So does one that a saved audience asks for.
 * @throws NotFoundError, ConflictError that names the dispatches or the audiences
 */
export async function deleteTag(ctx: Context, id: string): Promise<void> {
  requireRight(ctx, "audience:write");
  await transaction(ctx.db.sql, async (tx) => {
    const row = await lockTag(tx, id);
    if (!row) throw new NotFoundError("tag", id);
    const { dispatches, dispatchIds } = await tagUse(tx, row.no);
    if (dispatches > 0)
      throw new ConflictError("tag_in_use", { name: row.name, dispatches, ids: dispatchIds.join(", ") });
    const audiences = await audiencesUsing(tx, "tag_no", row.no);
    if (audiences.length > 0)
      throw new ConflictError("tag_in_audiences", { name: row.name, audiences: audiences.join(", ") });
    await deleteRow(tx, row.no);
    const before = { id: row.id, name: row.name };
    await audit(ctx, tx, "tag.deleted", id, { before });
  });
}
