import { transaction } from "@/db/client";
import { isFoldedTaken, type PreparedRow, writePrepared } from "@/db/dispatches/prepared";
import type { TemplateUpdate } from "@/lib/contract/dispatches/prepared";
import { ConflictError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { fold, lockEdition, type Prepared, toPrepared, valuesOf } from "./prepared";

/**
 * Changes what `input` names.
 * @param version the edition the caller saw (If-Match), or null for whatever it is now
 * @throws NotFoundError, StaleVersionError, ConflictError when another has the name
 */
export async function updateTemplate(
  ctx: Context,
  id: string,
  input: TemplateUpdate,
  version: number | null,
): Promise<Prepared> {
  requireRight(ctx, "dispatches:write");
  const { name: newName, ...changes } = input;
  return transaction(ctx.db.sql, async (tx) => {
    const merged = (row: PreparedRow) => ({ ...toPrepared(row).content, ...changes });
    const { row, isThere } = await lockEdition(tx, "template", id, version, (row) => ({
      name: newName ?? row.name,
      content: JSON.stringify(merged(row)),
    }));
    if (isThere) return toPrepared(row);
    const name = newName ?? row.name!;
    if (fold(name) !== fold(row.name!) && (await isFoldedTaken(tx, fold(name), row.no)))
      throw new ConflictError("template_name_taken", { name });
    const after = await writePrepared(tx, row.no, valuesOf(ctx, "template", name, merged(row)));
    await audit(ctx, tx, "template.updated", id, {
      before: { name: row.name, ...toPrepared(row).content },
      after: { name, ...toPrepared(after).content },
    });
    return toPrepared(after);
  });
}
