import type { Sql } from "./client";

export interface StatusFacts {
  /** ISO; the database's clock. */
  now: string;
  lastSweepAt: string | null;
  sweepAgeS: number | null;
  sending: "on" | "stopped";
  sendingReason: string | null;
  sendingSince: string;
  running: number;
  /** The oldest dispatch that is due and not opened, or lane that is open and nobody's. */
  oldestWaitingSince: string | null;
  operators: { name: string; gateway: string; waitReason: string | null; since: string | null }[];
}

/** What the rows say of the whole, in one statement. Lanes of running dispatches are few; messages are not looked at. */
export async function readStatusFacts(sql: Sql): Promise<StatusFacts> {
  const iso = (column: string) => sql.unsafe(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
  const [row] = await sql<StatusFacts[]>`
    with waiting as (
      select start_at as since from dispatches where status = 'scheduled' and deleted_at is null and start_at < clock_now() - interval '5 seconds'
      union all
      select coalesce(l.turn_until, d.started_at) from lanes l join dispatches d on d.no = l.dispatch_no
      where l.open and not l.drained and d.status = 'running' and (l.turn_token is null or l.turn_until < clock_now() - interval '5 seconds')
        and (l.wait_until is null or l.wait_until < clock_now() - interval '5 seconds')
    )
    select ${iso("clock_now()")} as now, ${iso("s.last_sweep_at")} as "lastSweepAt", extract(epoch from clock_now() - s.last_sweep_at)::float8 as "sweepAgeS",
      s.state as sending, s.reason as "sendingReason", ${iso("s.changed_at")} as "sendingSince",
      (select count(*)::int from dispatches where status = 'running') as running,
      (select ${iso("min(since)")} from waiting) as "oldestWaitingSince",
      coalesce((select jsonb_agg(jsonb_build_object('name', o.name, 'gateway', o.gateway, 'waitReason', w.wait_reason, 'since', null) order by o.name)
        from operators o left join lateral (
          select l.wait_reason from lanes l join dispatches d on d.no = l.dispatch_no
          where l.operator_no = o.no and d.status = 'running' and l.wait_until > clock_now() and l.wait_reason like 'gateway%' limit 1
        ) w on true), '[]') as operators
    from sending_state s`;
  return row!;
}
