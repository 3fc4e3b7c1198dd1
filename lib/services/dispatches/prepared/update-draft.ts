import { transaction } from "@/db/client";
import { writePrepared } from "@/db/dispatches/prepared";
import type { DraftUpdate } from "@/lib/contract/dispatches/prepared";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { lockEdition, type Prepared, toPrepared, valuesOf } from "./prepared";

/**
 * Saves a draft again. It is saved while somebody types, so the audit log notes when another person
 * goes on with it, and not each time.
 * @param version the edition the caller saw (If-Match), or null for whatever it is now
 * @throws NotFoundError, StaleVersionError
 */
export async function updateDraft(
  ctx: Context,
  id: string,
  input: DraftUpdate,
  version: number | null,
): Promise<Prepared> {
  requireRight(ctx, "dispatches:write");
  return transaction(ctx.db.sql, async (tx) => {
    const { row, isThere } = await lockEdition(tx, "draft", id, version, (row) => ({
      name: input.name === undefined ? row.name : input.name,
      content: input.content ? JSON.stringify(input.content) : row.content,
    }));
    if (isThere) return toPrepared(row);
    const { name = row.name, content = toPrepared(row).content } = input;
    const after = await writePrepared(tx, row.no, valuesOf(ctx, "draft", name, content));
    if (row.editor !== after.editor || row.name !== after.name)
      await audit(ctx, tx, "draft.updated", id, {
        before: { name: row.name, editor: row.editor },
        after: { name: after.name, editor: after.editor },
      });
    return toPrepared(after);
  });
}
