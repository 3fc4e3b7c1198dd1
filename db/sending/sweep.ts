import type { Sql } from "@/db/client";
import { raw } from "@/db/sql";
import { counterSql } from "./counters";
import { hasEarlierRetry, isStaleQuiet, type LaneRef, laneWaits, noLiveTurn, waitsFor } from "./lanes";

/** Takes the right to sweep now. False: the last sweep is younger than `olderThanMs`. */
export async function takeSweep(sql: Sql, olderThanMs: number): Promise<boolean> {
  const rows = await sql`
    update sending_state set last_sweep_at = clock_now()
    where last_sweep_at is null or last_sweep_at > clock_now() + interval '1 minute'
      or last_sweep_at < clock_now() - ${olderThanMs}::float8 * interval '1 millisecond'
    returning no`;
  return rows.length === 1;
}

/** The names of all gateways that operators use. */
export async function listGateways(sql: Sql): Promise<string[]> {
  return (await sql<{ gateway: string }[]>`select distinct gateway from operators order by 1`).map(
    (row) => row.gateway,
  );
}

export interface SweepFindings {
  /** Due but not opened. */
  due: { id: string; version: number }[];
  /** Open, not drained or with retries due, and without a live turn. */
  lanes: LaneRef[];
  /** Not finished although perhaps nothing is left to do, or over. */
  unfinished: { id: string }[];
}

/**
 * Dispatches and lanes that seem to have no turn and no run at work. Bounded: the next sweep takes
 * the rest.
 */
export async function findNeglected(sql: Sql): Promise<SweepFindings> {
  const due = await sql<SweepFindings["due"]>`
    select id, version from dispatches
    where status = 'scheduled' and start_at < clock_now() - interval '2 seconds' and deleted_at is null
    order by start_at limit 500`;
  const lanes = await sql<SweepFindings["lanes"]>`
    select l.no as lane, l.operator_no as operator from lanes l
    where l.open and ${noLiveTurn(sql)}
      and (
        l.wait_until is null or l.wait_until < clock_now() - interval '2 seconds'
        or l.wait_until > clock_now() + interval '2 hours' and (${raw(sql, laneWaits.quiet)}) is not true
        or ${raw(sql, isStaleQuiet)} or ${hasEarlierRetry(sql)}
      )
      and (
        not l.drained or exists (select 1 from retries r where r.lane_no = l.no and r.chunk_no is null)
      )
    limit 2000`;
  const unfinished = await sql<SweepFindings["unfinished"]>`
    select d.id from dispatches d
    where (
        d.status in ('running', 'paused') and (
          d.end_at <= clock_now()
          or not exists (
            select 1 from lanes l
            where l.dispatch_no = d.no and (not l.drained or ${raw(sql, waitsFor("quiet"))})
          )
        )
      )
      or (
        d.status in ('cancelled', 'expired') and d.finished_at > clock_now() - interval '1 day' and (
          d.audience is null
          or exists (select 1 from lanes l join retries r on r.lane_no = l.no where l.dispatch_no = d.no)
          or d.audience <> d.unclaimed_expired + d.unclaimed_cancelled + d.unclaimed_skipped + coalesce((
            select sum(${raw(sql, counterSql.totalOf("l"))} + coalesce((
              select sum(${raw(sql, counterSql.total)}) from chunks where lane_no = l.no and not folded), 0))
            from lanes l where l.dispatch_no = d.no), 0)
        )
      )
    limit 500`;
  return { due, lanes, unfinished };
}
