import { type Tx, transaction } from "@/db/client";
import { type DispatchState, moveDispatch, readDispatchState } from "@/db/dispatches/dispatch-state";
import { listLanes, setLanesOpen } from "@/db/sending/lanes";
import type { DueDelivery } from "@/db/webhooks/webhooks";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import type { DispatchStatus } from "@/lib/domain/lifecycle";
import { audit } from "@/lib/services/audit";
import type { Context } from "@/lib/services/context";
import { deliveriesDue } from "@/lib/services/events";

/**
 * What pause, resume and cancel share: the guarded move, the lanes' `open` and the audit entry, in
 * one transaction. A repeat changes nothing and is no error.
 * @param also more work in the same transaction; an error of it undoes the move
 * @returns the state before, and the lanes that are open now
 */
export async function changeDispatchState(
  ctx: Context,
  id: string,
  to: DispatchStatus,
  from: DispatchStatus[],
  action: string,
  also: (tx: Tx, no: number) => Promise<void> = async () => {},
) {
  const { deliveries, ...result } = (await transaction(ctx.db.sql, async (tx: Tx) => {
    const before = await readDispatchState(tx, id, true);
    if (!before) throw new NotFoundError("dispatch", id);
    if (before.status === to) return { before, changed: false, lanes: [], deliveries: [] };
    const moved = await moveDispatch(tx, id, to, from);
    if (!moved) throw new ConflictError("dispatch_state", { status: before.status, action });
    await also(tx, before.no);
    await setLanesOpen(tx, before.no, to === "running");
    await audit(ctx, tx, `dispatch.${to === "running" ? "resumed" : to}`, id, {
      before: { status: before.status },
      after: { status: to },
    });
    return {
      before,
      changed: true,
      lanes: to === "running" ? await listLanes(tx, before.no) : [],
      deliveries: moved.deliveries,
    };
  })) as {
    before: DispatchState;
    changed: boolean;
    lanes: { lane: number; operator: number }[];
    deliveries: DueDelivery[];
  };
  await ctx.announce(deliveriesDue(deliveries));
  return result;
}
