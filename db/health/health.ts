import { type Sql, type Tx, transaction } from "@/db/client";
import { newestMigrationSql } from "@/db/schema-version";
import { iso } from "@/db/sql";

export interface Heartbeat {
  /** A UUID of the process's own. */
  id: string;
  /** Milliseconds since it started. */
  upMs: number;
  engineFault: string | null;
  /** Gateways that refuse; `since` is ISO. */
  refusing: { operatorNo: number; reason: string; since: string }[];
  /** Of the program. */
  version: string;
  /** The newest migration it works with, in milliseconds; null: it works with any. */
  knownMigration: number | null;
}

/**
 * A worker beats every 5 s, and one of its statements may wait 30 s: a worker silent for longer is
 * dead.
 */
export const HEARTBEAT_AGE_S_MAX = 45;

/** Of a heartbeat: the database has a newer schema than its worker knows. */
export const isOutdated = (sql: Sql | Tx) =>
  sql`coalesce(known_migration < ${newestMigrationSql(sql)}, false)`;

/** There are live workers, and all of them meet a newer schema: none claims. */
export const areAllOutdated = (sql: Sql | Tx) =>
  sql`coalesce((
    select bool_and(${isOutdated(sql)}) from worker_heartbeats
    where at > clock_now() - ${HEARTBEAT_AGE_S_MAX}::int * interval '1 second'
  ), false)`;

/** After this time a process that does not beat any more is forgotten, not missed. */
const FORGOTTEN = "1 day";

/**
 * One row a worker. It says that the worker lives, and what it alone knows. @returns the newest
 * migration that the database has
 */
export async function writeHeartbeat(sql: Sql, heartbeat: Heartbeat): Promise<number> {
  const { id, upMs, engineFault, refusing, version, knownMigration } = heartbeat;
  const [row] = await sql<{ newest: number }[]>`
    insert into worker_heartbeats (id, started_at, at, engine_fault, refusing, version, known_migration)
    values (${id}, clock_now() - ${upMs}::float8 * interval '1 millisecond', clock_now(), ${engineFault},
      ${JSON.stringify(refusing)}::text::jsonb,
      ${version}, ${knownMigration}::bigint)
    on conflict (id) do update set at = excluded.at, engine_fault = excluded.engine_fault,
      refusing = excluded.refusing,
      known_migration = excluded.known_migration
    returning ${newestMigrationSql(sql)} as newest`;
  return row!.newest;
}

/** The engine's cron came, whether or not there was anything left to sweep. */
export async function noteEngineSweep(sql: Sql): Promise<void> {
  await sql`update sending_state set last_engine_sweep_at = clock_now()`;
}

export interface Sample {
  kind: string;
  /** Empty where there is but one of the kind. */
  name: string;
  state: "ok" | "degraded" | "down";
  code: string;
}

/** Nothing is known of a longer gap between two samples. */
const GAP = "150 seconds";

/**
 * Adds what was seen now: a row that says the same goes on, anything else begins where the row
 * before it ended. Several workers may call it at once; the second leaves it to the first.
 * @param awayMs for how long the database did not answer until just now: nobody could write it then
 */
export async function addSamples(sql: Sql, samples: Sample[], awayMs = 0): Promise<void> {
  await transaction(sql, async (tx) => {
    const [lock] = await tx<
      { taken: boolean }[]
    >`select pg_try_advisory_xact_lock(hashtextextended('health_samples', 7)) as taken`;
    if (!lock!.taken) return;
    if (awayMs > 0) {
      await tx`
        insert into health_samples (kind, state, code, from_at, to_at)
        select 'database', 'down', 'database_down',
          greatest(latest.to_at, clock_now() - ${awayMs}::float8 * interval '1 millisecond'), clock_now()
        from (
          select max(to_at) as to_at from (
            select to_at from health_samples where kind = 'database' and name = '' order by no desc limit 1
          ) l
        ) latest
        where latest.to_at is null or latest.to_at < clock_now() - interval '5 seconds'`;
    }
    await tx`
      with given as (
        select g.kind, g.name, g.state, g.code, l.no, l.to_at,
          l.state = g.state and l.code = g.code and l.to_at > clock_now() - ${GAP}::interval as is_same
        from jsonb_to_recordset(${JSON.stringify(samples)}::text::jsonb)
          as g (kind text, name text, state text, code text)
        left join lateral (
          select * from health_samples h where h.kind = g.kind and h.name = g.name order by no desc limit 1
        ) l on true
      ),

      longer as (update health_samples h set to_at = clock_now() from given g where h.no = g.no and g.is_same)
      insert into health_samples (kind, name, state, code, from_at, to_at)
      select kind, name, state, code,
        case when to_at > clock_now() - ${GAP}::interval then to_at else clock_now() end, clock_now()
      from given where is_same is not true`;
  });
}

/** Forgets what is older than the history that is shown, and processes that are gone. */
export async function pruneHealth(sql: Sql, days: number): Promise<void> {
  await sql`delete from health_samples where to_at < clock_now() - ${days}::float8 * interval '1 day'`;
  await sql`delete from worker_heartbeats where at < clock_now() - ${FORGOTTEN}::interval`;
}

export interface DayOfHealth {
  kind: string;
  name: string;
  /** UTC, YYYY-MM-DD. */
  date: string;
  okS: number;
  degradedS: number;
  downS: number;
}

/**
 * Seconds in each state by component and day (UTC), the oldest day first. Time that no worker saw
 * is in none.
 */
export function listDaysOfHealth(sql: Sql, days: number): Promise<DayOfHealth[]> {
  const seconds = (state: string) =>
    sql`coalesce(
      sum(extract(epoch from least(h.to_at, d.day + interval '1 day') - greatest(h.from_at, d.day)))
        filter (where h.state = ${state}), 0)::float8`;
  return sql<DayOfHealth[]>`
    select h.kind, h.name, to_char(d.day at time zone 'UTC', 'YYYY-MM-DD') as date,
      ${seconds("ok")} as "okS", ${seconds("degraded")} as "degradedS", ${seconds("down")} as "downS"
    from health_samples h
    cross join lateral
      generate_series(date_trunc('day', h.from_at, 'UTC'), h.to_at, interval '1 day') as d (day)
    where h.to_at > date_trunc('day', clock_now(), 'UTC') - (${days}::int - 1) * interval '1 day'
      and d.day > date_trunc('day', clock_now(), 'UTC') - ${days}::int * interval '1 day'
    group by 1, 2, 3 order by 3`;
}

export interface LatestSample extends Sample {
  /** ISO. */
  fromAt: string;
  toAt: string;
}

/** What was seen last of each component. */
export function listLatestSamples(sql: Sql): Promise<LatestSample[]> {
  return sql<LatestSample[]>`
    select distinct on (kind, name) kind, name, state, code, ${iso(sql, "from_at")} as "fromAt",
      ${iso(sql, "to_at")} as "toAt"
    from health_samples order by kind, name, no desc`;
}
