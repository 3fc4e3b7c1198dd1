import type { Sql } from "postgres";
import type { Engine, Tx } from "./engine";
import { JOB_SCHEMA } from "./schema";

/** Names of the graphile tasks. */
export const Task = { call: "engine_call", throttle: "engine_throttle", cron: "engine_cron" } as const;

// A job is only a reason to look at a row, so it may be repeated freely and should never give up
// (this is the greatest number the library takes).
const MAX_ATTEMPTS = 32_767;

/**
 * Adds a job for each of these items, due in so many milliseconds on the database's clock: the same
 * of all, or one of each.
 */
export async function enqueueItems(
  engine: Engine,
  tx: Tx,
  ids: string[],
  inMs: number | number[] = 0,
): Promise<void> {
  if (ids.length === 0) return;
  const delays = Array.isArray(inMs) ? inMs : ids.map(() => inMs);
  await tx`
    select graphile_worker.add_job(${Task.call}, json_build_object('item', i.id::text, 'epoch', i.epoch),
      run_at := case when d.ms > 0 then clock_timestamp() + d.ms * interval '1 millisecond' end,
      max_attempts := ${MAX_ATTEMPTS})
    from unnest(${ids}::bigint[], ${delays}::float8[]) as d (id, ms) join engine.items i on i.id = d.id
    order by i.id`;
  const later = delays.filter((ms) => ms > 0);
  if (later.length > 0) engine.dueIn(later.reduce((least, ms) => Math.min(least, ms)));
}

/** Adds a job that replaces an earlier one with the same key. */
export async function enqueueKeyed(
  engine: Engine,
  tx: Tx,
  task: string,
  payload: object,
  key: string,
  runAt: Date,
): Promise<void> {
  await tx`
    select graphile_worker.add_job(${task}, ${JSON.stringify(payload)}::text::json, run_at := ${runAt},
      max_attempts := ${MAX_ATTEMPTS}, job_key := ${key})`;
  engine.dueIn(runAt.getTime() - Date.now());
}

/**
 * Puts an item back into its queue under a new epoch, so that jobs made for its former state do
 * nothing.
 */
export async function requeue(engine: Engine, tx: Tx, id: string, inMs: number): Promise<void> {
  await tx`update engine.items set state = 'queued', epoch = epoch + 1 where id = ${id}`;
  await enqueueItems(engine, tx, [id], inMs);
}

/**
 * Takes the jobs back from whoever holds them. One that is under way is looked at once more, for
 * nothing; one whose connection was lost while it was handed out has nobody else to look at it.
 */
async function unlockJobs(sql: Sql | Tx): Promise<void> {
  await sql.unsafe(
    `select ${JOB_SCHEMA}.force_unlock_workers(array_agg(distinct locked_by))
     from ${JOB_SCHEMA}.jobs where locked_by is not null having count(*) > 0`,
  );
}

/**
 * Frees what a dead engine held: its locks on jobs, and the items it was calling or kept waiting
 * for a place. The caller holds the engine's advisory lock, so whoever held them is gone.
 */
export async function recover(engine: Engine): Promise<void> {
  await engine.sql.begin(async (tx) => {
    await unlockJobs(tx);
    const interrupted = await tx<{ id: string }[]>`
      update engine.items set state = 'queued', epoch = epoch + 1, again = false
      where state in ('running', 'reserved', 'waiting', 'throttled') returning id`;
    await enqueueItems(
      engine,
      tx,
      interrupted.map((row) => row.id),
    );
    if (interrupted.length > 0)
      engine.log.info({ items: interrupted.length }, "engine: continuing interrupted work");
  });
}

/**
 * Wakes graphile-worker at the moment a job falls due. The library itself looks for due jobs only
 * every few seconds, and looking every few milliseconds with hundreds of workers would keep an idle
 * database busy.
 */
export class Alarm {
  private timer: NodeJS.Timeout | undefined;
  private dueAt = Number.POSITIVE_INFINITY;
  private stopped = false;
  private hasLost = false;

  constructor(private readonly sql: Sql) {}

  dueIn(ms: number): void {
    const at = Date.now() + Math.max(0, ms);
    if (this.stopped || at >= this.dueAt) return;
    clearTimeout(this.timer);
    this.dueAt = at;
    this.timer = setTimeout(() => void this.ring(), Math.min(IDLE_MS, at - Date.now()));
  }

  /** A connection of graphile-worker was lost, perhaps with the answer that handed jobs out. */
  connectionLost(): void {
    this.hasLost = true;
    this.dueIn(0);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async ring(): Promise<void> {
    this.dueAt = Number.POSITIVE_INFINITY;
    let next = IDLE_MS;
    const { hasLost } = this;
    this.hasLost = false;
    try {
      if (hasLost) await unlockJobs(this.sql);
      // The time that counts is the database's: graphile compares run_at with its now().
      const [row] = await this.sql<{ ms: number | null }[]>`
        select (extract(epoch from (
          select run_at from graphile_worker._private_jobs
          where is_available order by priority, run_at limit 1
        ) - clock_timestamp()) * 1000)::float8 as ms`;
      if (typeof row?.ms === "number") {
        next = Math.min(IDLE_MS, Math.max(1, Math.ceil(row.ms)));
        if (row.ms <= 0) {
          await this.sql`select pg_notify('jobs:insert', '{"count":10}')`;
          next = OVERDUE_MS;
        }
      }
    } catch {
      this.hasLost ||= hasLost;
      // The database is away; the alarm rings again after the idle time and graphile reconnects by
      // itself.
    }
    this.dueIn(next);
  }
}

const IDLE_MS = 2_000;
const OVERDUE_MS = 50;
