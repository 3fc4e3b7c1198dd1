import { deleteRows } from "@/db/audience/import-rows";
import { deleteImport, findImport } from "@/db/audience/imports";
import { transaction } from "@/db/client";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { isDiscardable } from "./import-work";

/**
 * Forgets a file that was read for a review and is not wanted. @throws NotFoundError, ConflictError
 * for any other import
 */
export async function discardImport(ctx: Context, id: string): Promise<void> {
  requireRight(ctx, "audience:write");
  await transaction(ctx.db.sql, async (tx) => {
    const found = await findImport(tx, id, true);
    if (!found) throw new NotFoundError("import", id);
    if (!isDiscardable(found))
      throw new ConflictError("import_state", { status: found.status, action: "discard" });
    await deleteRows(tx, found.no);
    await deleteImport(tx, found.no);
    await audit(ctx, tx, "import.discarded", id, { before: { file_name: found.fileName, rows: found.rows } });
  });
}
