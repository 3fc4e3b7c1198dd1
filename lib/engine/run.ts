import { callFunction } from "./call";
import { type Engine, type Tx, transact } from "./engine";
import { acquire, admitStart } from "./flow-control";
import { settleOps } from "./ops";
import { type Op, readError } from "./protocol";
import { requeue } from "./queue";
import type { RegisteredFunction } from "./registry";
import {
  dropItem,
  endRun,
  type Item,
  isOver,
  lockItem,
  retryOrFail,
  retryUnreachable,
  saveStep,
} from "./run-state";

interface Call {
  item: Item;
  fn: RegisteredFunction;
  payload: unknown;
}

/**
 * Does what an item is for: ends a sleep, calls the function, and writes down what came of it
 * before anything goes on.
 */
export async function runItem(engine: Engine, job: { item: string; epoch: number }): Promise<void> {
  const call = await transact(engine, (tx) => prepare(engine, tx, job));
  if (!call) return;
  const { item, fn, payload } = call;
  const result = await callFunction(
    fn.url,
    item.kind === "step" ? item.step_id : "step",
    payload,
    engine.signingKey,
    engine.abort,
  );

  await transact(engine, async (tx) => {
    const current = await lockItem(tx, item.id);
    if (!current) return;
    if (isOver(current.status)) {
      await dropItem(engine, tx, current);
    } else if (result.kind === "unreachable") {
      await retryUnreachable(engine, tx, current, result.reason);
    } else if (result.kind === "broken") {
      await retryOrFail(engine, tx, current, fn, { name: "Error", message: result.reason }, {});
    } else if (result.status === 206 && Array.isArray(result.body)) {
      if (result.requestVersion && current.request_version < 0) {
        current.request_version = result.requestVersion;
        await tx`update engine.runs set request_version = ${result.requestVersion} where id = ${item.run_id}`;
      }
      await settleOps(engine, tx, current, fn, result.body as Op[], result);
    } else if (result.status >= 200 && result.status < 300) {
      await endRun(engine, tx, current, "completed", result.body);
    } else {
      await retryOrFail(
        engine,
        tx,
        current,
        fn,
        readError(result.body, `the function answered with status ${result.status}`),
        result,
      );
    }
  });
}

/** Decides under the run's lock whether the item may be called now, and marks it running. */
async function prepare(
  engine: Engine,
  tx: Tx,
  job: { item: string; epoch: number },
): Promise<Call | undefined> {
  const item = await lockItem(tx, job.item);
  if (!item || item.epoch !== job.epoch || item.state === "running") return undefined;
  if (engine.stopping) {
    // The job ends with this look at it: the next start needs another.
    await requeue(engine, tx, item.id, 0);
    return undefined;
  }
  if (isOver(item.status)) {
    await dropItem(engine, tx, item);
    return undefined;
  }
  if (item.kind === "sleep" && !(await endSleep(tx, item))) return undefined;

  const fn = engine.registry.functions.get(item.function_id);
  if (!fn) {
    await retryUnreachable(engine, tx, item, "the function is not registered");
    return undefined;
  }
  if (
    item.throttle_key &&
    fn.throttle &&
    !(await admitStart(engine, tx, { id: item.id, throttleKey: item.throttle_key }, fn))
  )
    return undefined;
  if (!(await acquire(tx, item))) return undefined;
  await tx`
    update engine.runs set status = 'running', started_at = coalesce(started_at, now())
    where id = ${item.run_id} and status = 'queued'`;

  const [others] =
    await tx`select 1 from engine.items where run_id = ${item.run_id} and id <> ${item.id} limit 1`;
  const steps = await tx<
    { step_id: string; output: string }[]
  >`select step_id, output from engine.steps where run_id = ${item.run_id} order by seq`;
  const event = JSON.parse(item.event) as unknown;
  return {
    item,
    fn,
    payload: {
      version: item.request_version,
      event,
      events: [event],
      steps: Object.fromEntries(steps.map((step) => [step.step_id, JSON.parse(step.output) as unknown])),
      ctx: {
        // No fn_id: with it the SDK would checkpoint to /v1/checkpoint, which this engine does not
        // have.
        run_id: item.run_id,
        attempt: item.attempt,
        max_attempts: fn.maxAttempts,
        // While other steps of the run are under way, a step found now has to be planned, or two
        // answers could both run it.
        disable_immediate_execution: Boolean(others),
        use_api: false,
        stack: { stack: steps.map((step) => step.step_id), current: steps.length },
      },
    },
  };
}

/**
 * Memoises a sleep that is over. True when the item has become the run's next discovery, false when
 * nothing is to be called now.
 */
async function endSleep(tx: Tx, item: Item): Promise<boolean> {
  const pending = await saveStep(tx, item.run_id, item.step_id, { type: "data", data: null });
  const busy = await tx`
      update engine.items set again = state = 'running'
      where run_id = ${item.run_id} and step_id = 'step' and id <> ${item.id} returning id`;
  if ((pending && !item.race) || busy.length > 0) {
    await tx`delete from engine.items where id = ${item.id}`;
    return false;
  }
  await tx`update engine.items set kind = 'discover', step_id = 'step' where id = ${item.id}`;
  item.kind = "discover";
  item.step_id = "step";
  return true;
}
