import { v7 as uuidv7 } from "uuid";
import { type CountedTagRow, insertTag } from "@/db/audience/tags";
import { transaction } from "@/db/client";
import type { TagWrite } from "@/lib/contract/audience/tag";
import { ConflictError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { requireFreeTagName } from "./require-free-tag-name";

/** @throws ConflictError when the name is taken, or one that imports take for it */
export async function createTag(ctx: Context, input: TagWrite): Promise<CountedTagRow> {
  requireRight(ctx, "audience:write");
  return transaction(ctx.db.sql, async (tx) => {
    await requireFreeTagName(tx, input.name);
    const row = await insertTag(tx, { id: uuidv7(), name: input.name });
    if (!row) throw new ConflictError("tag_name_taken", { name: input.name });
    const after = { id: row.id, name: row.name };
    await audit(ctx, tx, "tag.created", row.id, { after });
    return { ...row, recipients: 0 };
  });
}
