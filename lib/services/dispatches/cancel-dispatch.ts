import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { cancelled } from "@/lib/services/events";
import { changeDispatchState } from "./change-dispatch-state";
import { finishDispatch } from "./finish-dispatch";

/**
 * `scheduled | running | paused → cancelled`. Messages in flight still get their outcome; all other
 * recipients count as cancelled.
 */
export async function cancelDispatch(ctx: Context, id: string): Promise<void> {
  requireRight(ctx, "dispatches:write");
  const { before, changed } = await changeDispatchState(
    ctx,
    id,
    "cancelled",
    ["scheduled", "running", "paused"],
    "cancel",
  );
  if (!changed) return;
  await finishDispatch(ctx, id);
  await ctx.announce([cancelled({ id, version: before.version })]);
}
