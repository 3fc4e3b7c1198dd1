import { transaction } from "@/db/client";
import { deleteView as deleteRow } from "@/db/dispatches/views";
import { NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { toView } from "./list-views";

/** @throws NotFoundError */
export async function deleteView(ctx: Context, id: string): Promise<void> {
  requireRight(ctx, "dispatches:write");
  await transaction(ctx.db.sql, async (tx) => {
    const row = await deleteRow(tx, id);
    if (!row) throw new NotFoundError("dispatch_view", id);
    const { name, filter } = toView(row);
    await audit(ctx, tx, "dispatch_view.deleted", id, { before: { id, name, filter } });
  });
}
