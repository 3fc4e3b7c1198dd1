import { transaction } from "@/db/client";
import { moveDispatch, readDispatchState } from "@/db/dispatches/dispatch-state";
import { countAudience, reconcileAudience } from "@/db/sending/audience";
import { foldChunks, readExpired, readFinishState } from "@/db/sending/finish";
import { listLanesToWake, setLanesOpen } from "@/db/sending/lanes";
import { claimOperatorChanges } from "@/db/sending/operator-changes";
import { dropRetries } from "@/db/sending/retries";
import type { DueDelivery } from "@/db/webhooks/webhooks";
import { audit } from "@/lib/services/audit";
import { type Context, systemActor } from "@/lib/services/context";
import { deliveriesDue, wakeLanes } from "@/lib/services/events";

type Finish = { finished: boolean; wake: { lane: number; operator: number }[]; deliveries: DueDelivery[] };

const over: Finish = { finished: true, wake: [], deliveries: [] };
/** Operator changes come in tens of thousands a try; the sweep goes on where this ends. */
const TRIES_MAX = 20;

const notYet: Finish = { finished: false, wake: [], deliveries: [] };

/**
 * Ends a dispatch when nothing is left to do: everybody has a settled message (`completed`), its
 * window is over (`expired`, or `completed` when nobody was left), or it was cancelled. Called
 * after every settle that could be the last, by close and by the sweep; harmless at any other time.
 * Messages in flight hold it open; lanes that have work left and no turn are woken.
 * @returns true when the dispatch is over and everybody in its audience is accounted for
 */
export async function finishDispatch(ctx: Context, id: string): Promise<boolean> {
  let attempt: Finish | "again" = "again";
  for (let tries = 0; attempt === "again" && tries < TRIES_MAX; tries++) attempt = await tryFinish(ctx, id);
  const { finished, wake, deliveries } = attempt === "again" ? notYet : attempt;
  if (wake.length + deliveries.length > 0)
    await ctx.announce([...wakeLanes(wake), ...deliveriesDue(deliveries)]);
  return finished;
}

/**
 * `again`: the window is over, but lanes were still open, or a recipient had changed operator and
 * was not accounted for. A transaction of its own puts both right and waits for running claims; the
 * last transaction locks messages first and lanes after, as receipts do.
 */
function tryFinish(ctx: Context, id: string): Promise<Finish | "again"> {
  return transaction(ctx.db.sql, async (tx): Promise<Finish | "again"> => {
    const dispatch = await readDispatchState(tx, id, true);
    if (!dispatch || dispatch.status === "scheduled") return notYet;
    if (dispatch.status === "completed") return over;
    const isOver = dispatch.nowMs >= dispatch.endMs;
    if (dispatch.status === "cancelled" || dispatch.status === "expired" || isOver) {
      const { openLanes, openChunks } = await readFinishState(tx, dispatch.no);
      if (openLanes > 0) {
        await setLanesOpen(tx, dispatch.no, false);
        return "again";
      }
      if (openChunks > 0) return notYet;
      const to = dispatch.status === "cancelled" ? "cancelled" : "expired";
      if (to === "expired" && (await claimOperatorChanges(tx, dispatch.no)) > 0) return "again";
      await dropRetries(tx, dispatch.no, to);
      await foldChunks(tx, dispatch.no);
      await countAudience(tx, dispatch.no);
      const unclaimed = await reconcileAudience(
        tx,
        dispatch.no,
        (await readFinishState(tx, dispatch.no)).accounted,
        to,
      );
      if (dispatch.status !== "running" && dispatch.status !== "paused") return over;
      const { expired } = await readExpired(tx, dispatch.no);
      return end(unclaimed + expired > 0 ? "expired" : "completed");
    }
    const { undrained, openChunks, retries, accounted } = await readFinishState(tx, dispatch.no);
    if (
      undrained === 0 &&
      openChunks === 0 &&
      retries === 0 &&
      (await claimOperatorChanges(tx, dispatch.no)) === 0
    ) {
      await reconcileAudience(tx, dispatch.no, accounted, "skipped");
      return end("completed");
    }
    return { ...notYet, wake: await listLanesToWake(tx, dispatch.no) };

    async function end(to: "completed" | "expired"): Promise<Finish> {
      const moved = await moveDispatch(tx, id, to);
      await setLanesOpen(tx, dispatch!.no, false);
      await foldChunks(tx, dispatch!.no);
      await audit({ actor: systemActor() }, tx, `dispatch.${to}`, id);
      return { ...over, deliveries: moved?.deliveries ?? [] };
    }
  });
}
