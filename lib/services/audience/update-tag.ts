import { insertAudit } from "@/db/access/audit";
import { findTag, lockTag, renameTag } from "@/db/audience/tags";
import type { Tag, TagUpdate } from "@/lib/contract/audience/tag";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { toTag } from "./get-tag";

/** @throws NotFoundError, ConflictError when the name is taken */
export async function updateTag(ctx: Context, id: string, input: TagUpdate): Promise<Tag> {
  requireRight(ctx, "audience:write");
  return ctx.db.sql.begin(async (tx) => {
    const row = await lockTag(tx, id);
    if (!row) throw new NotFoundError("tag", id);
    if (input.name !== undefined && input.name !== row.name) {
      if (!(await renameTag(tx, row.no, input.name))) throw new ConflictError("tag_name_taken", { name: input.name });
      const before = { name: row.name };
      const after = { name: input.name };
      await insertAudit(tx, { actor: ctx.actor, action: "tag.updated", subjectType: "tag", subjectId: id, before, after });
    }
    return toTag((await findTag(tx, id))!);
  }) as Promise<Tag>;
}
