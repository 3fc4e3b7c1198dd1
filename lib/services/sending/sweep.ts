import { foldTagCounts } from "@/db/audience/tags";
import { reopenLanes } from "@/db/sending/lanes";
import { recoverChunks } from "@/db/sending/recover";
import { hastenRetries } from "@/db/sending/retries";
import { findNeglected, listGateways, takeSweep } from "@/db/sending/sweep";
import { findNeglectedDeliveries } from "@/db/webhooks/webhooks";
import { log } from "@/lib/log";
import { closeDispatch } from "@/lib/services/dispatches/close-dispatch";
import { finishDispatch } from "@/lib/services/dispatches/finish-dispatch";
import { deliveriesDue, scheduled, wakeLanes } from "@/lib/services/events";
import { gatherFailures } from "@/lib/services/webhooks/gather-failures";
import type { SendingContext } from "./sending-context";
import { tidyUp } from "./tidy-up";

export interface SweepResult {
  swept: boolean;
  due: number;
  lanes: number;
  finished: number;
  /** Chunks whose lease had run out. */
  recovered: number;
}

/** Chunks taken back in one statement: up to so many thousand messages. */
const RECOVERED_AT_ONCE = 200;

/**
 * Finds in the rows what is due or stuck and sets it going again: Postgres is the truth, the engine
 * only the motor. Wake-ups have fresh ids, since an engine swallows a repeated one for a day, and
 * are harmless when nothing was wrong.
 * @param olderThanMs sweep only when the last sweep is older
 */
export async function sweep(ctx: SendingContext, olderThanMs: number): Promise<SweepResult> {
  const { sql } = ctx.db;
  if (!(await takeSweep(sql, olderThanMs)))
    return { swept: false, due: 0, lanes: 0, finished: 0, recovered: 0 };
  await reopenLanes(sql);
  await hastenRetries(sql);
  const gateways = await listGateways(sql);
  const idempotent = gateways.filter((name) => ctx.gatewayOf(name).idempotent);
  const touched = new Set<string>();
  let recovered = 0;
  for (let count = RECOVERED_AT_ONCE; count === RECOVERED_AT_ONCE; recovered += count) {
    const found = await recoverChunks(sql, idempotent, RECOVERED_AT_ONCE);
    count = found.reduce((sum, { chunks }) => sum + chunks, 0);
    for (const { dispatchId } of found) touched.add(dispatchId);
  }
  const { due, lanes, unfinished } = await findNeglected(sql);
  // First what others wait for: finishing may take long, and fail.
  await ctx.announce([...due.map((edition) => scheduled(edition)), ...wakeLanes(lanes)]);
  for (const { id } of unfinished) touched.add(id);
  let finished = 0;
  for (const id of touched) {
    try {
      await closeDispatch(ctx, id);
      if (await finishDispatch(ctx, id)) finished++;
    } catch (err) {
      log.warn({ err, dispatch: id }, "a dispatch could not be finished; the next sweep tries again");
    }
  }
  await ctx.announce(
    deliveriesDue([...(await gatherFailures(ctx)), ...(await findNeglectedDeliveries(sql))]),
  );
  await foldTagCounts(sql);
  // Last: nobody waits for it.
  await tidyUp(ctx);
  return { swept: true, due: due.length, lanes: lanes.length, finished, recovered };
}
