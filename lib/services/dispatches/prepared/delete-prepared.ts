import { transaction } from "@/db/client";
import { deletePrepared as deleteRow, type PreparedKind } from "@/db/dispatches/prepared";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { lockEdition, toPrepared } from "./prepared";

/**
 * Deletes a draft or a template. Dispatches that were made of it keep what they have.
 * @param version the edition the caller saw (If-Match), or null for whatever it is now
 * @throws NotFoundError, StaleVersionError
 */
export async function deletePrepared(
  ctx: Context,
  kind: PreparedKind,
  id: string,
  version: number | null,
): Promise<void> {
  requireRight(ctx, "dispatches:write");
  await transaction(ctx.db.sql, async (tx) => {
    const { row } = await lockEdition(tx, kind, id, version);
    await deleteRow(tx, row.no);
    const action = kind === "draft" ? "draft.deleted" : "template.deleted";
    await audit(ctx, tx, action, id, { before: { id, name: row.name, ...toPrepared(row).content } });
  });
}
