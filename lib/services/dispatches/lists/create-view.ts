import { v7 as uuidv7 } from "uuid";
import { transaction } from "@/db/client";
import { insertView } from "@/db/dispatches/views";
import type { DispatchViewCreate } from "@/lib/contract/dispatches/view";
import { ConflictError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { toView, type View } from "./list-views";

/** @throws ConflictError when the name is taken */
export async function createView(ctx: Context, { name, filter }: DispatchViewCreate): Promise<View> {
  requireRight(ctx, "dispatches:write");
  return transaction(ctx.db.sql, async (tx) => {
    const id = uuidv7();
    const values = { id, name, filter: JSON.stringify(filter), author: ctx.actor.name };
    const row = await insertView(tx, values);
    if (!row) throw new ConflictError("view_name_taken", { name });
    await audit(ctx, tx, "dispatch_view.created", id, { after: { id, name, filter } });
    return toView(row);
  });
}
