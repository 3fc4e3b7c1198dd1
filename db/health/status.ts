import type { Sql } from "@/db/client";
import { iso } from "@/db/sql";
import { isOutdated } from "./health";

export interface StatusState {
  /** ISO; the database's clock. */
  now: string;
  lastSweepAt: string | null;
  sweepAgeS: number | null;
  lastEngineSweepAt: string | null;
  engineSweepAgeS: number | null;
  sending: "on" | "stopped";
  sendingSince: string;
  /** The oldest dispatch that is due and not opened, or open lane without a turn. */
  oldestWaitingSince: string | null;
}

/**
 * What the rows say of the whole, in one statement. Lanes of running dispatches are few; messages
 * are not looked at.
 */
export async function readStatusState(sql: Sql): Promise<StatusState> {
  const [row] = await sql<StatusState[]>`
    with waiting as (
      select start_at as since from dispatches
      where status = 'scheduled' and deleted_at is null and start_at < clock_now() - interval '5 seconds'
      union all
      select coalesce(l.turn_until, d.started_at) from lanes l join dispatches d on d.no = l.dispatch_no
      where l.open and not l.drained and d.status = 'running'
        and (l.turn_token is null or l.turn_until < clock_now() - interval '5 seconds')
        and (l.wait_until is null or l.wait_until < clock_now() - interval '5 seconds')
    )

    select ${iso(sql, "clock_now()")} as now, ${iso(sql, "s.last_sweep_at")} as "lastSweepAt",
      extract(epoch from clock_now() - s.last_sweep_at)::float8 as "sweepAgeS",
      ${iso(sql, "s.last_engine_sweep_at")} as "lastEngineSweepAt",
      extract(epoch from clock_now() - s.last_engine_sweep_at)::float8 as "engineSweepAgeS",
      s.state as sending, ${iso(sql, "s.changed_at")} as "sendingSince",
      (select ${iso(sql, "min(since)")} from waiting) as "oldestWaitingSince"
    from sending_state s`;
  return row!;
}

export interface WorkerState {
  /** Since its last heartbeat. */
  ageS: number;
  upS: number;
  at: string;
  engineFault: string | null;
  refusing: { operatorNo: number; reason: string; since: string }[];
  version: string | null;
  /** The database has a newer schema than it knows: it claims nothing. */
  outdated: boolean;
}

/** The workers that have beaten within a day, the latest first. */
export function listWorkers(sql: Sql): Promise<WorkerState[]> {
  return sql<WorkerState[]>`
    select extract(epoch from clock_now() - at)::float8 as "ageS",
      extract(epoch from clock_now() - started_at)::float8 as "upS", ${iso(sql, "at")} as at,
      engine_fault as "engineFault", refusing, version, ${isOutdated(sql)} as outdated
    from worker_heartbeats where at > clock_now() - interval '1 day' order by at desc limit 100`;
}

export function countRunning(sql: Sql): Promise<number> {
  return sql<
    { count: number }[]
  >`select count(*)::int as count from dispatches where status = 'running'`.then(([row]) => row!.count);
}

export interface StatusOperator {
  no: number;
  code: string;
  name: string;
  gateway: string;
  /** Segments a second; null: no limit. */
  rate: number | null;
}

export function listStatusOperators(sql: Sql): Promise<StatusOperator[]> {
  return sql<
    StatusOperator[]
  >`select no, code, name, gateway, rate::float8 as rate from operators order by name`;
}
