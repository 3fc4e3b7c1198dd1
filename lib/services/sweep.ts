import { listGateways } from "@/db/lanes";
import { findNeglected, hastenRetries, recoverChunks, reopenLanes, takeSweep } from "@/db/lifecycle";
import { findNeglectedDeliveries } from "@/db/webhooks";
import { wakeLanes } from "./change-dispatch-state";
import { closeDispatch } from "./close-dispatch";
import { finishDispatch } from "./finish-dispatch";
import { gatherFailures } from "./gather-failures";
import { tellDeliveries } from "./send-delivery";
import type { SendingContext } from "./sending-context";

export interface SweepResult {
  swept: boolean;
  due: number;
  lanes: number;
  finished: number;
  recovered: number;
}

/**
 * Finds in the rows what is due or stuck and sets it going again: Postgres is the truth, the engine only the motor. Wake-ups have fresh ids,
 * since an engine swallows a repeated one for a day, and are harmless when nothing was wrong.
 * @param olderThanMs sweep only when the last sweep is older
 */
export async function sweep(ctx: SendingContext, olderThanMs: number): Promise<SweepResult> {
  const { sql } = ctx.db;
  if (!(await takeSweep(sql, olderThanMs))) return { swept: false, due: 0, lanes: 0, finished: 0, recovered: 0 };
  await reopenLanes(sql);
  await hastenRetries(sql);
  const gateways = await listGateways(sql);
  const recovered = await recoverChunks(
    sql,
    gateways.filter((name) => ctx.gatewayOf(name).idempotent),
  );
  const { due, lanes, unfinished } = await findNeglected(sql);
  const ids = new Set([...unfinished, ...recovered.map((r) => ({ id: r.dispatchId }))].map((d) => d.id));
  let finished = 0;
  for (const id of ids) {
    await closeDispatch(ctx, id);
    if (await finishDispatch(ctx, id)) finished++;
  }
  const deliveries = [...(await gatherFailures(ctx)), ...(await findNeglectedDeliveries(sql))];
  await ctx.announce([
    ...due.map(({ id, version }) => ({ name: "dispatch/scheduled" as const, data: { id, schedule: `${id}:${version}` } })),
    ...wakeLanes(lanes),
    ...tellDeliveries(deliveries),
  ]);
  return { swept: true, due: due.length, lanes: lanes.length, finished, recovered: recovered.length };
}
