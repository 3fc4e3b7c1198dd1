import { insertAudit } from "@/db/audit";
import { countAudience, dropRetries, moveDispatch, readDispatchState, readExpired, readFinishState, squareAudience } from "@/db/lifecycle";
import type { Context } from "./context";

/**
 * Ends a dispatch when nothing is left to do: everybody has a settled message (`completed`), its window is over (`expired`, or `completed`
 * when nobody was left), or it was cancelled. Called after every settle that could be the last, by close and by the sweep; harmless at any
 * other time. What is in the air holds it open.
 * @returns true when the dispatch is over and everybody in its audience is accounted for
 */
export async function finishDispatch(ctx: Context, id: string): Promise<boolean> {
  return ctx.db.sql.begin(async (tx) => {
    const dispatch = await readDispatchState(tx, id, true);
    if (!dispatch || dispatch.status === "scheduled" || dispatch.status === "completed") return dispatch?.status === "completed";
    const isOver = dispatch.nowMs >= dispatch.endMs;
    const { undrained, openChunks } = await readFinishState(tx, dispatch.no);
    if (openChunks > 0) return false;
    if (dispatch.status === "cancelled" || dispatch.status === "expired" || isOver) {
      const to = dispatch.status === "cancelled" ? "cancelled" : "expired";
      await dropRetries(tx, dispatch.no, to);
      await countAudience(tx, dispatch.no);
      const unclaimed = await squareAudience(tx, dispatch.no, (await readFinishState(tx, dispatch.no)).accounted, to);
      if (dispatch.status !== "running" && dispatch.status !== "paused") return true;
      const { expired } = await readExpired(tx, dispatch.no);
      return end(unclaimed + expired > 0 ? "expired" : "completed");
    }
    const { retries, accounted } = await readFinishState(tx, dispatch.no);
    if (undrained > 0 || retries > 0) return false;
    await squareAudience(tx, dispatch.no, accounted, "skipped");
    return end("completed");

    async function end(to: "completed" | "expired") {
      await moveDispatch(tx, id, to);
      await insertAudit(tx, { actor: "system", action: `dispatch.${to}`, subjectType: "dispatch", subjectId: id });
      return true;
    }
  }) as Promise<boolean>;
}
