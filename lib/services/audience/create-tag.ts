import { v7 as uuidv7 } from "uuid";
import { insertTag } from "@/db/audience/tags";
import { transaction } from "@/db/client";
import type { Tag, TagWrite } from "@/lib/contract/audience/tag";
import { ConflictError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

/** @throws ConflictError when the name is taken */
export async function createTag(ctx: Context, input: TagWrite): Promise<Tag> {
  requireRight(ctx, "audience:write");
  return transaction(ctx.db.sql, async (tx) => {
    const row = await insertTag(tx, { id: uuidv7(), name: input.name });
    if (!row) throw new ConflictError("tag_name_taken", { name: input.name });
    const tag = { id: row.id, name: row.name };
    await audit(ctx, tx, "tag.created", row.id, { after: tag });
    return { ...tag, recipients: 0 };
  });
}
