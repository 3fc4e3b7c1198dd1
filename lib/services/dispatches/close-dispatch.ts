import { transaction } from "@/db/client";
import { readDispatchState } from "@/db/dispatches/dispatch-state";
import { setLanesOpen } from "@/db/sending/lanes";
import { isFinished } from "@/lib/domain/lifecycle";
import type { Context } from "@/lib/services/context";
import { finishDispatch } from "./finish-dispatch";

/**
 * `early`: the window is still open until `at` (it was extended, or the caller's clock is ahead).
 */
export type CloseResult = { kind: "closed" } | { kind: "early"; at: string };

/**
 * Ends a dispatch's window: no further claim starts, unclaimed recipients expire as a count, and
 * messages in flight still get their outcome.
 */
export async function closeDispatch(ctx: Context, id: string): Promise<CloseResult> {
  const early = await transaction(ctx.db.sql, async (tx) => {
    const dispatch = await readDispatchState(tx, id, true);
    if (!dispatch || isFinished(dispatch.status)) return undefined;
    if (dispatch.nowMs < dispatch.endMs) return new Date(dispatch.endMs).toISOString();
    await setLanesOpen(tx, dispatch.no, false);
    return undefined;
  });
  if (early) return { kind: "early", at: early };
  await finishDispatch(ctx, id);
  return { kind: "closed" };
}
