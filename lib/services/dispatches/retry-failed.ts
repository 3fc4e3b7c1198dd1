import { findExcluding } from "@/db/audience/terms";
import { transaction } from "@/db/client";
import { moveDispatch, readDispatchState } from "@/db/dispatches/dispatch-state";
import { countFailed, deferFailed } from "@/db/dispatches/failed";
import { listLanes, setLanesOpen } from "@/db/sending/lanes";
import type { DueDelivery } from "@/db/webhooks/webhooks";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { type Fault, faultOf, isRetryable } from "@/lib/domain/refusals";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { deliveriesDue, wakeLanes } from "@/lib/services/events";

/** Messages a statement changes at most. */
const BATCH = 10_000;

/**
 * How many messages are tried again, and how many stay failed, by code and by whose fault it was.
 */
export interface Retried {
  retried: number;
  left: { code: string; count: number; fault: Fault }[];
}

/**
 * Makes the messages that failed by the gateway's or by our own fault due again; a `completed`
 * dispatch runs again. `unknown` is never retried: it may have been taken. A repeat finds nothing
 * left and changes nothing.
 * @throws NotFoundError; ConflictError `dispatch_state` when it has not begun, its window is closed
 * or it was cancelled; `excluded_elsewhere` while another dispatch runs that leaves out whom this
 * one has reached
 */
export async function retryFailed(ctx: Context, id: string): Promise<Retried> {
  requireRight(ctx, "dispatches:write");
  let deliveries: DueDelivery[] = [];
  const { retried, left, lanes } = await transaction(ctx.db.sql, async (tx) => {
    const dispatch = await readDispatchState(tx, id, true);
    if (!dispatch) throw new NotFoundError("dispatch", id);
    const { no, status } = dispatch;
    const canRun = status === "running" || status === "paused" || status === "completed";
    if (!canRun || dispatch.nowMs >= dispatch.endMs)
      throw new ConflictError("dispatch_state", { status, action: "retry_failed" });
    // Whom this one reaches must not change under a dispatch that leaves them out.
    const excluding = status === "completed" && (await findExcluding(tx, no, ["running", "paused"]));
    if (excluding) throw new ConflictError("excluded_elsewhere", { id: excluding });
    const failed = (await countFailed(tx, no)).map(({ code, count }) => ({
      code: code ?? "unknown",
      count,
      fault: faultOf(code),
    }));
    const left = failed.filter(({ fault }) => !isRetryable(fault));
    const codes = failed.filter(({ fault }) => isRetryable(fault)).map(({ code }) => code);
    let retried = 0;
    for (let after = "0"; ; ) {
      const { count, last } = await deferFailed(tx, no, codes, after, BATCH);
      retried += count;
      if (count < BATCH) break;
      after = last!;
    }
    if (retried === 0) return { retried, left, lanes: [] };
    if (status === "completed")
      deliveries = (await moveDispatch(tx, id, "running", ["completed"]))?.deliveries ?? [];
    if (status !== "paused") await setLanesOpen(tx, no, true);
    await audit(ctx, tx, "dispatch.retried", id, {
      before: { status },
      after: {
        status: status === "completed" ? "running" : status,
        retried,
        left: left.reduce((sum, { count }) => sum + count, 0),
      },
    });
    return { retried, left, lanes: await listLanes(tx, no) };
  });
  await ctx.announce([...wakeLanes(lanes), ...deliveriesDue(deliveries)]);
  return { retried, left };
}
