import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { wakeLanes } from "@/lib/services/events";
import { requireExcludedKnown } from "./audience/resolve-filters";
import { changeDispatchState } from "./change-dispatch-state";
import { payAtResume } from "./spend-recipients";

/**
 * `paused → running`: sending goes on where it was. @throws ForbiddenError when its audience has
 * grown beyond the caller's ceiling of recipients a day; ConflictError when its audience excludes a
 * dispatch whose recipients are not known
 */
export async function resumeDispatch(ctx: Context, id: string): Promise<void> {
  requireRight(ctx, "dispatches:write");
  const { lanes } = await changeDispatchState(ctx, id, "running", ["paused"], "resume", async (tx, no) => {
    await requireExcludedKnown(tx, no);
    await payAtResume(ctx, tx, no);
  });
  await ctx.announce(wakeLanes(lanes));
}
