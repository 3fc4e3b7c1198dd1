import { nextCron, parseCron } from "./cron-expression";
import type { Engine, Tx } from "./engine";
import { startRuns } from "./intake";
import { InternalEvent } from "./protocol";
import { enqueueKeyed, Task } from "./queue";
import type { RegisteredFunction } from "./registry";

export interface CronJob {
  fn: string;
  expression: string;
  at: string;
}

/**
 * Makes the schedules of an app's functions what they are registered as: unchanged ones keep their
 * next time, others start anew.
 */
export async function scheduleCrons(
  engine: Engine,
  tx: Tx,
  functions: RegisteredFunction[],
  withSeconds: boolean,
): Promise<void> {
  const wanted = functions.flatMap((fn) => fn.crons.map((expression) => ({ fn: fn.id, expression })));
  const all = [...engine.registry.functions.values()].flatMap((fn) =>
    fn.crons.map((expression) => JSON.stringify([fn.id, expression])),
  );
  const rows = await tx<
    { function_id: string; expression: string }[]
  >`select function_id, expression from engine.crons`;
  for (const row of rows)
    if (!all.includes(JSON.stringify([row.function_id, row.expression])))
      await tx`
        delete from engine.crons where function_id = ${row.function_id} and expression = ${row.expression}`;
  for (const { fn, expression } of wanted)
    if (!rows.some((row) => row.function_id === fn && row.expression === expression))
      await scheduleNext(engine, tx, fn, expression, withSeconds);
}

/**
 * Starts the run of one tick and schedules the next tick. A tick missed while the engine was away
 * is made up for once.
 */
export async function fireCron(engine: Engine, tx: Tx, job: CronJob, withSeconds: boolean): Promise<void> {
  const at = new Date(job.at);
  const [due] = await tx`
    select 1 from engine.crons
    where function_id = ${job.fn} and expression = ${job.expression} and next_at = ${at} for update`;
  const fn = engine.registry.functions.get(job.fn);
  if (!due || !fn) return;
  const data = { cron: job.expression, scheduledAt: at.toISOString() };
  const id = `${job.expression}@${at.toISOString()}`;
  await startRuns(engine, tx, [{ fn, event: { id, name: InternalEvent.cron, data, ts: at.getTime() } }]);
  await scheduleNext(engine, tx, job.fn, job.expression, withSeconds);
}

async function scheduleNext(
  engine: Engine,
  tx: Tx,
  fn: string,
  expression: string,
  withSeconds: boolean,
): Promise<void> {
  const next = nextCron(parseCron(expression, withSeconds), Date.now());
  if (next === undefined) return;
  const at = new Date(next);
  await tx`
    insert into engine.crons (function_id, expression, next_at) values (${fn}, ${expression}, ${at})
    on conflict (function_id, expression) do update set next_at = excluded.next_at`;
  await enqueueKeyed(
    engine,
    tx,
    Task.cron,
    { fn, expression, at: at.toISOString() } satisfies CronJob,
    `cron:${fn}:${expression}`.slice(0, 500),
    at,
  );
}
