import { insertAudit } from "@/db/audit";
import { deferFailed } from "@/db/failed";
import { listLanes, moveDispatch, readDispatchState, setLanesOpen } from "@/db/lifecycle";
import type { DueDelivery } from "@/db/webhooks";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { requireRight } from "./authorize";
import { wakeLanes } from "./change-dispatch-state";
import type { Context } from "./context";
import { tellDeliveries } from "./send-delivery";

/** Messages a statement changes at most. */
const BATCH = 10_000;

/**
 * Makes the messages that failed with a retryable code due again; a `completed` dispatch runs again. `unknown` is never retried: it may
 * have been taken. A repeat finds nothing left and changes nothing.
 * @returns how many messages are due again
 * @throws NotFoundError; ConflictError `dispatch_state` when it has not begun, its window is closed or it was cancelled
 */
export async function retryFailed(ctx: Context, id: string): Promise<{ retried: number }> {
  requireRight(ctx, "dispatches:write");
  let deliveries: DueDelivery[] = [];
  const { retried, lanes } = await ctx.db.sql.begin(async (tx) => {
    const dispatch = await readDispatchState(tx, id, true);
    if (!dispatch) throw new NotFoundError("dispatch", id);
    const { no, status } = dispatch;
    const canRun = status === "running" || status === "paused" || status === "completed";
    if (!canRun || dispatch.nowMs >= dispatch.endMs) throw new ConflictError("dispatch_state", { status, action: "retry_failed" });
    let retried = 0;
    for (let after = "0"; ; ) {
      const { count, last } = await deferFailed(tx, no, ["http_429", "http_503", "unreachable", "busy"], after, BATCH);
      retried += count;
      if (count < BATCH) break;
      after = last!;
    }
    if (retried === 0) return { retried, lanes: [] };
    if (status === "completed") deliveries = (await moveDispatch(tx, id, "running", ["completed"]))?.deliveries ?? [];
    if (status !== "paused") await setLanesOpen(tx, no, true);
    await insertAudit(tx, {
      actor: ctx.actor.name,
      action: "dispatch.retried",
      subjectType: "dispatch",
      subjectId: id,
      before: { status },
      after: { status: status === "completed" ? "running" : status, retried },
    });
    return { retried, lanes: await listLanes(tx, no) };
  });
  await ctx.announce([...wakeLanes(lanes), ...tellDeliveries(deliveries)]);
  return { retried };
}
