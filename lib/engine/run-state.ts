import type { Engine, Tx } from "./engine";
import { release } from "./flow-control";
import { takeEvents } from "./intake";
import { InternalEvent, type UserError } from "./protocol";
import { requeue } from "./queue";
import type { RegisteredFunction } from "./registry";

/** An item with what its call needs of its run. */
export interface Item {
  id: string;
  run_id: string;
  kind: "discover" | "step" | "sleep";
  step_id: string;
  state: string;
  epoch: number;
  attempt: number;
  unreachable: number;
  race: boolean;
  again: boolean;
  keys: string[];
  limits: number[];
  throttle_key: string | null;
  function_id: string;
  status: string;
  event: string;
  request_version: number;
}

/** Writes a step's result down. True when steps reported together with it are still open. */
export async function saveStep(tx: Tx, runId: string, stepId: string, output: object): Promise<boolean> {
  await tx`
    insert into engine.steps (run_id, step_id, output) values (${runId}, ${stepId}, ${JSON.stringify(output)})
    on conflict do nothing`;
  const [run] = await tx<{ open: boolean }[]>`
    update engine.runs set pending = array_remove(pending, ${stepId}) where id = ${runId}
    returning cardinality(array_remove(pending, ${stepId})) > 0 as open`;
  return run?.open ?? false;
}

/** Ends a run: its other items go, except those in flight, whose answers will be dropped. */
export async function endRun(
  engine: Engine,
  tx: Tx,
  item: Item,
  status: "completed" | "failed",
  output: unknown,
): Promise<void> {
  await tx`
    update engine.runs set status = ${status}, output = ${JSON.stringify(output ?? null)}, ended_at = now()
    where id = ${item.run_id}`;
  await tx`delete from engine.cancels where run_id = ${item.run_id}`;
  const dropped = await tx<{ keys: string[] }[]>`
    delete from engine.items where run_id = ${item.run_id} and (id = ${item.id} or state <> 'running')
    returning keys`;
  if (status === "failed") {
    engine.log.warn({ run: item.run_id, function: item.function_id, error: output }, "engine: run failed");
    const data = {
      function_id: item.function_id,
      run_id: item.run_id,
      error: output,
      event: JSON.parse(item.event) as unknown,
    };
    await takeEvents(engine, tx, [{ id: item.run_id, name: InternalEvent.failed, data, ts: Date.now() }]);
  }
  await release(
    engine,
    tx,
    dropped.flatMap((row) => row.keys),
  );
}

/** Calls the item again after the back-off, or fails the run when its attempts are used up. */
export async function retryOrFail(
  engine: Engine,
  tx: Tx,
  item: Item,
  fn: RegisteredFunction,
  error: UserError,
  { noRetry, retryAfterMs }: { noRetry?: boolean; retryAfterMs?: number },
): Promise<void> {
  if (noRetry || item.attempt + 1 >= fn.maxAttempts) return endRun(engine, tx, item, "failed", error);
  const ms = retryAfterMs ?? engine.backoff(item.attempt);
  engine.log.info(
    { run: item.run_id, function: fn.id, attempt: item.attempt, retryInMs: ms, error: error.message },
    "engine: attempt failed",
  );
  await tx`update engine.items set attempt = attempt + 1, unreachable = 0 where id = ${item.id}`;
  await requeue(engine, tx, item.id, ms);
  await release(engine, tx, item.keys);
}

const UNREACHABLE_MAX_MS = 5_000;

/** The function's process is not there (yet): try again soon, without using up an attempt. */
export async function retryUnreachable(engine: Engine, tx: Tx, item: Item, reason: string): Promise<void> {
  const ms = Math.min(UNREACHABLE_MAX_MS, 100 * 2 ** Math.min(item.unreachable, 10));
  if (item.unreachable % 10 === 4)
    engine.log.warn({ function: item.function_id, reason }, "engine: function unreachable, trying again");
  await tx`update engine.items set unreachable = unreachable + 1 where id = ${item.id}`;
  await requeue(engine, tx, item.id, ms);
  await release(engine, tx, item.keys);
}

export async function dropItem(engine: Engine, tx: Tx, item: Item): Promise<void> {
  await tx`delete from engine.items where id = ${item.id}`;
  await release(engine, tx, item.keys);
}

/** Locks the run first and then the item, the order in which every transaction takes them. */
export async function lockItem(tx: Tx, id: string): Promise<Item | undefined> {
  await tx`
    select 1 from engine.runs where id = (select run_id from engine.items where id = ${id}) for update`;
  const [item] = await tx<Item[]>`
    select i.*, r.function_id, r.status, r.event, r.request_version
    from engine.items i join engine.runs r on r.id = i.run_id where i.id = ${id} for update of i`;
  return item;
}

export function isOver(status: string): boolean {
  return status !== "queued" && status !== "running";
}
