import { v7 as uuidv7 } from "uuid";
import { insertAudit } from "@/db/access/audit";
import { insertTag } from "@/db/audience/tags";
import type { Tag, TagWrite } from "@/lib/contract/audience/tag";
import { ConflictError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

/** @throws ConflictError when the name is taken */
export async function createTag(ctx: Context, input: TagWrite): Promise<Tag> {
  requireRight(ctx, "audience:write");
  return ctx.db.sql.begin(async (tx) => {
    const row = await insertTag(tx, { id: uuidv7(), name: input.name });
    if (!row) throw new ConflictError("tag_name_taken", { name: input.name });
    const tag = { id: row.id, name: row.name };
    await insertAudit(tx, { actor: ctx.actor, action: "tag.created", subjectType: "tag", subjectId: row.id, after: tag });
    return { ...tag, recipients: 0 };
  }) as Promise<Tag>;
}
