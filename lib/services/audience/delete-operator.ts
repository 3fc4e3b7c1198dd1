import { deleteOperator as deleteRow, lockOperator, operatorUse } from "@/db/audience/operators";
import { audiencesUsing } from "@/db/audience/terms";
import { transaction } from "@/db/client";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { snapshotOperator } from "./snapshots";

/**
 * Deleted recipients and finished dispatches count as use: their rows are kept and must stay true.
 * @throws NotFoundError, ConflictError that says what uses it
 */
export async function deleteOperator(ctx: Context, id: string): Promise<void> {
  requireRight(ctx, "operators:write");
  await transaction(ctx.db.sql, async (tx) => {
    const row = await lockOperator(tx, id);
    if (!row) throw new NotFoundError("operator", id);
    const { recipients, ranges, dispatches, dispatchIds } = await operatorUse(tx, row.no);
    if (recipients > 0 || ranges > 0 || dispatches > 0)
      throw new ConflictError("operator_in_use", {
        code: row.code,
        recipients,
        ranges,
        dispatches,
        ids: dispatchIds.join(", "),
      });
    const audiences = await audiencesUsing(tx, "operator_no", row.no);
    if (audiences.length > 0)
      throw new ConflictError("operator_in_audiences", { code: row.code, audiences: audiences.join(", ") });
    await deleteRow(tx, row.no);
    await audit(ctx, tx, "operator.deleted", id, { before: snapshotOperator(row) });
  });
}
