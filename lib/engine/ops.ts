import { parseDuration } from "./duration";
import type { Engine, Tx } from "./engine";
import { release } from "./flow-control";
import { LIMITS, type Op, readError } from "./protocol";
import { enqueueItems } from "./queue";
import type { RegisteredFunction } from "./registry";
import { endRun, type Item, retryOrFail, saveStep } from "./run-state";

/**
 * Operations a real server knows and this engine does not, by the name their users know them by.
 */
const UNSUPPORTED: Record<string, string> = {
  WaitForEvent: "step.waitForEvent",
  WaitForSignal: "step.waitForSignal",
  InvokeFunction: "step.invoke",
  AIGateway: "step.ai.infer",
  Gateway: "step.fetch",
  DeferAdd: "defer",
  DeferAbort: "defer",
};

/**
 * Acts on the operations of a 206 answer: keeps step results, plans and sleeps, and asks the
 * function what comes next.
 */
export async function settleOps(
  engine: Engine,
  tx: Tx,
  item: Item,
  fn: RegisteredFunction,
  ops: Op[],
  answer: { noRetry: boolean; retryAfterMs: number | undefined },
): Promise<void> {
  const foreign = ops.find((op) => !HANDLED.has(op.op));
  if (foreign) {
    const what = UNSUPPORTED[foreign.op] ?? foreign.op;
    return endRun(engine, tx, item, "failed", {
      name: "Error",
      message: `the embedded engine does not support ${what} (${foreign.op})`,
    });
  }
  const [{ count }] =
    (await tx`select count(*)::int as count from engine.steps where run_id = ${item.run_id}`) as unknown as [
      { count: number },
    ];
  if (count + ops.length > LIMITS.stepsPerRun)
    return endRun(engine, tx, item, "failed", {
      name: "Error",
      message: `the run exceeded the limit of ${LIMITS.stepsPerRun} steps`,
    });

  const finished = ops.find((op) => op.op === "RunComplete");
  if (finished) return endRun(engine, tx, item, "completed", finished.data);
  const failed = ops.find(
    (op) => op.op === "StepError" && !answer.noRetry && item.attempt + 1 < fn.maxAttempts,
  );
  if (failed) return retryOrFail(engine, tx, item, fn, readError(failed.error, "the step failed"), answer);

  await tx`delete from engine.items where id = ${item.id}`;
  // Steps planned together are awaited together: the function is asked again when the last of them
  // is done (unless it races them).
  if (ops.length > 1 && item.request_version >= 2 && ops.some((op) => op.op === "StepPlanned"))
    await tx`
      update engine.runs set pending = array(
        select distinct unnest(pending || ${ops.map((op) => op.id)}::text[])
        except select step_id from engine.steps where run_id = ${item.run_id}
      ) where id = ${item.run_id}`;

  let discover = item.again;
  for (const op of ops) {
    const race = item.race || op.opts?.parallelMode === "race";
    if (op.op === "StepPlanned") await addItem(engine, tx, item, "step", op.id, race, 0);
    else if (op.op === "Sleep") {
      const ms = sleepMs(op);
      if (ms === undefined)
        return endRun(engine, tx, item, "failed", {
          name: "Error",
          message: `cannot sleep for "${op.opts?.duration ?? op.name}"`,
        });
      await addItem(engine, tx, item, "sleep", op.id, race, ms);
    } else {
      const output =
        op.op === "StepError" || op.op === "StepFailed"
          ? { type: "error", error: readError(op.error, "the step failed") }
          : { type: "data", data: op.data ?? null };
      const open = await saveStep(tx, item.run_id, op.id, output);
      discover ||= !open || race;
    }
  }
  if (discover) await addDiscovery(engine, tx, item);
  else {
    const [open] = await tx`select 1 from engine.items where run_id = ${item.run_id} limit 1`;
    if (!open)
      return endRun(engine, tx, item, "failed", {
        name: "Error",
        message: "the function reported no step and did not end",
      });
  }
  await release(engine, tx, item.keys);
}

const HANDLED = new Set([
  "Step",
  "StepRun",
  "StepError",
  "StepFailed",
  "StepPlanned",
  "Sleep",
  "RunComplete",
]);

/** Queues a step or sleep once: an answer made before its result was known reports it again. */
async function addItem(
  engine: Engine,
  tx: Tx,
  item: Item,
  kind: string,
  stepId: string,
  race: boolean,
  inMs: number,
): Promise<void> {
  const added = await tx<{ id: string }[]>`
    insert into engine.items (run_id, kind, step_id, race, keys, limits)
    select ${item.run_id}, ${kind}, ${stepId}, ${race}, ${item.keys}::text[], ${item.limits}::int[]
    where not exists (select 1 from engine.steps where run_id = ${item.run_id} and step_id = ${stepId})
    on conflict (run_id, step_id) do nothing returning id`;
  await enqueueItems(
    engine,
    tx,
    added.map((row) => row.id),
    inMs,
  );
}

/**
 * Queues the next discovery. There is one at a time: one that is being made now is repeated when it
 * has answered.
 */
async function addDiscovery(engine: Engine, tx: Tx, item: Item): Promise<void> {
  const [row] = await tx<{ id: string; added: boolean }[]>`
    insert into engine.items (run_id, kind, step_id, race, keys, limits)
    values (${item.run_id}, 'discover', 'step', false, ${item.keys}::text[], ${item.limits}::int[])
    on conflict (run_id, step_id) do update set again = engine.items.state = 'running'
    returning id, xmax = 0 as added`;
  if (row?.added) await enqueueItems(engine, tx, [row.id]);
}

/**
 * How long from now a sleep lasts: a time string or an ISO date, in `opts.duration` or, from this
 * SDK, in `name`.
 */
function sleepMs(op: Op): number | undefined {
  const text = op.opts?.duration ?? op.name ?? "";
  const duration = parseDuration(text);
  if (duration !== undefined) return duration;
  const until = Date.parse(text);
  return Number.isNaN(until) ? undefined : Math.max(0, until - Date.now());
}
