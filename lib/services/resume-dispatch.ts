import { requireRight } from "./authorize";
import { changeDispatchState, wakeLanes } from "./change-dispatch-state";
import type { Context } from "./context";

/** `paused → running`: it goes on where it was. */
export async function resumeDispatch(ctx: Context, id: string): Promise<void> {
  requireRight(ctx, "dispatches:write");
  const { lanes } = await changeDispatchState(ctx, id, "running", ["paused"], "resume");
  await ctx.announce(wakeLanes(lanes));
}
