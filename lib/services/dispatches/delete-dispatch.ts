import { transaction } from "@/db/client";
import { readDispatchState } from "@/db/dispatches/dispatch-state";
import { findDispatch, markDispatchDeleted } from "@/db/dispatches/dispatches";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { cancelled } from "@/lib/services/events";

/**
 * Deletes a dispatch that never opened. Any other is evidence: cancel it, and retention removes its
 * details.
 * @throws NotFoundError, ConflictError
 */
export async function deleteDispatch(ctx: Context, id: string): Promise<void> {
  requireRight(ctx, "dispatches:write");
  const version = await transaction(ctx.db.sql, async (tx) => {
    const state = await readDispatchState(tx, id, true);
    const row = state && (await findDispatch(tx, id));
    if (!row) throw new NotFoundError("dispatch", id);
    if (row.startedAt !== null) throw new ConflictError("dispatch_opened", { status: row.status });
    await markDispatchDeleted(tx, row.no);
    await audit(ctx, tx, "dispatch.deleted", id, { before: { status: row.status } });
    return row.version;
  });
  await ctx.announce([cancelled({ id, version })]);
}
