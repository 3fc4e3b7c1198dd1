import { deleteAudience as deleteRow, lockAudience } from "@/db/audience/saved-audiences";
import { transaction } from "@/db/client";
import { NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { snapshotAudience } from "./snapshot";

/** Dispatches that were made by it keep what they were confirmed with. @throws NotFoundError */
export async function deleteAudience(ctx: Context, id: string): Promise<void> {
  requireRight(ctx, "audience:write");
  await transaction(ctx.db.sql, async (tx) => {
    const row = await lockAudience(tx, id);
    if (!row) throw new NotFoundError("audience", id);
    await deleteRow(tx, row.no);
    await audit(ctx, tx, "audience.deleted", id, { before: snapshotAudience(row) });
  });
}
