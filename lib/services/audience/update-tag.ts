import { type CountedTagRow, findTag, lockTag, renameTag } from "@/db/audience/tags";
import { transaction } from "@/db/client";
import type { TagUpdate } from "@/lib/contract/audience/tag";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { requireFreeTagName } from "./require-free-tag-name";

/** @throws NotFoundError, ConflictError when the name is taken, or one that imports take for it */
export async function updateTag(ctx: Context, id: string, input: TagUpdate): Promise<CountedTagRow> {
  requireRight(ctx, "audience:write");
  return transaction(ctx.db.sql, async (tx) => {
    const row = await lockTag(tx, id);
    if (!row) throw new NotFoundError("tag", id);
    if (input.name !== undefined && input.name !== row.name) {
      await requireFreeTagName(tx, input.name, row.no);
      if (!(await renameTag(tx, row.no, input.name)))
        throw new ConflictError("tag_name_taken", { name: input.name });
      const before = { name: row.name };
      const after = { name: input.name };
      await audit(ctx, tx, "tag.updated", id, { before, after });
    }
    return (await findTag(tx, id))!;
  });
}
