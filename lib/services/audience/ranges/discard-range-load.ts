import { deleteImport, findImport } from "@/db/audience/imports";
import { deleteRanges } from "@/db/audience/number-ranges";
import { transaction } from "@/db/client";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

/**
 * Forgets a load that was read for a review and is not wanted. @throws NotFoundError, ConflictError
 * for any other
 */
export async function discardRangeLoad(ctx: Context, id: string): Promise<void> {
  requireRight(ctx, "operators:write");
  await transaction(ctx.db.sql, async (tx) => {
    const row = await findImport(tx, id, true, "ranges");
    if (!row) throw new NotFoundError("range_load", id);
    if (row.status !== "reviewed") throw new ConflictError("range_load_state", { status: row.status });
    await deleteRanges(tx, row.no);
    await deleteImport(tx, row.no);
    await audit(ctx, tx, "number_ranges.discarded", id, { before: { file_name: row.fileName } });
  });
}
