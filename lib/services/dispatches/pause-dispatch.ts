import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { changeDispatchState } from "./change-dispatch-state";

/**
 * `running → paused`. Within a second nothing of it goes out; what was claimed becomes due again.
 */
export async function pauseDispatch(ctx: Context, id: string): Promise<void> {
  requireRight(ctx, "dispatches:write");
  await changeDispatchState(ctx, id, "paused", ["running"], "pause");
}
