import { transaction } from "@/db/client";
import { lockView, renameView } from "@/db/dispatches/views";
import type { DispatchViewUpdate } from "@/lib/contract/dispatches/view";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { toView, type View } from "./list-views";

/** Gives it another name. @throws NotFoundError, ConflictError when the name is taken */
export async function updateView(ctx: Context, id: string, { name }: DispatchViewUpdate): Promise<View> {
  requireRight(ctx, "dispatches:write");
  return transaction(ctx.db.sql, async (tx) => {
    const row = await lockView(tx, id);
    if (!row) throw new NotFoundError("dispatch_view", id);
    if (name === row.name) return toView(row);
    const renamed = await renameView(tx, row.no, name);
    if (!renamed) throw new ConflictError("view_name_taken", { name });
    await audit(ctx, tx, "dispatch_view.updated", id, { before: { name: row.name }, after: { name } });
    return toView(renamed);
  });
}
