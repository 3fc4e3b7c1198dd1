import type { Sql } from "@/db/client";
import { isReachable } from "@/db/sending/audience";
import { counterSql } from "@/db/sending/counters";
import { iso, raw } from "@/db/sql";
import type { LaneWait } from "@/lib/domain/lane-wait";
import type { MessageStatus } from "@/lib/domain/lifecycle";

/** How many can be shown; a screen has no room for more. */
export const OVERVIEW_MAX = 100;

export interface OverviewState {
  sending: "on" | "stopped";
  reason: string | null;
  /** Seconds since the last sweep; null when there was none since the database was made. */
  sweptSecondsAgo: number | null;
  /** Is there anything a sweep would look after? */
  isBusy: boolean;
}

export async function readOverviewState(sql: Sql): Promise<OverviewState> {
  const [row] = await sql<OverviewState[]>`
    select state as sending, reason,
      extract(epoch from clock_now() - last_sweep_at)::float8 as "sweptSecondsAgo",
      exists (select 1 from dispatches
        where status in ('scheduled', 'running', 'paused') and deleted_at is null) as "isBusy"
    from sending_state`;
  return row!;
}

export interface FirstSteps {
  /** Is there an operator? */
  operator: boolean;
  /** Is there a recipient whom a dispatch would reach? */
  recipients: boolean;
  /** Has a gateway taken a test? Told when its lane is through, which folds its chunk. */
  test: boolean;
}

/**
 * What a new installation has already; null as soon as it has a dispatch. Each part stops at the
 * first row that it finds.
 */
export async function readFirstSteps(sql: Sql): Promise<FirstSteps | null> {
  const [row] = await sql<{ steps: FirstSteps | null }[]>`
    select case when not exists (
      select from dispatches where recipient_no is null and deleted_at is null
    ) then json_build_object(
      'operator', exists (select from operators),
      'recipients', exists (select from recipients r where ${isReachable(sql)}),
      'test', exists (
        select from dispatches d join lanes l on l.dispatch_no = d.no
        where d.recipient_no is not null and l.sent + l.delivered > 0)
    ) end as steps`;
  return row!.steps;
}

export interface UpcomingDispatch {
  id: string;
  text: string;
  startMs: number;
  endMs: number;
}

/** The scheduled dispatches that start before an instant, the earliest first. */
export function listUpcoming(sql: Sql, beforeMs: number): Promise<UpcomingDispatch[]> {
  return sql<UpcomingDispatch[]>`
    select id, coalesce(name, message_text) as text,
      extract(epoch from start_at)::float8 * 1000 as "startMs",
      extract(epoch from end_at)::float8 * 1000 as "endMs"
    from dispatches
    where status = 'scheduled' and deleted_at is null
      and start_at < to_timestamp(${beforeMs}::float8 / 1000.0)
    order by start_at, no limit ${OVERVIEW_MAX}`;
}

export interface LaneUse {
  dispatchId: string;
  operatorNo: number;
  /** Messages that a gateway took in the last 5 seconds. */
  accepted: number;
  /** SMS segments of them. */
  segments: number;
  /** Why the lane waits, while it does, and until when. */
  waitReason: LaneWait | null;
  waitUntil: string | null;
  /** Everybody of its audience has been claimed. */
  drained: boolean;
  isOpen: boolean;
  /** Time zones with people whose turn has not come, where hours of the day matter. */
  zones: number;
  /** What its operator's messages are handed to. */
  gateway: string;
}

/**
 * What the lanes did in the last 5 seconds: those of open dispatches, and of ones that have just
 * finished.
 */
export function listLaneUse(sql: Sql): Promise<LaneUse[]> {
  return sql<LaneUse[]>`
    select d.id as "dispatchId", l.operator_no as "operatorNo", k.accepted,
      k.accepted * d.segments as segments,
      case when d.status = 'running' and l.wait_until > clock_now() then l.wait_reason end as "waitReason",
      l.drained, l.open as "isOpen",
      coalesce(d.gateway, o.gateway) as gateway, ${iso(sql, "l.wait_until")} as "waitUntil",
      (select count(*) from lane_zones z where z.lane_no = l.no and not z.drained)::int as zones
    from dispatches d join lanes l on l.dispatch_no = d.no join operators o on o.no = l.operator_no
    cross join lateral (
      select coalesce(sum(sent + delivered + undelivered), 0)::float8 as accepted from chunks
      where lane_no = l.no and settled_at > clock_now() - interval '5 seconds'
    ) k
    where d.status in ('running', 'paused') or d.finished_at > clock_now() - interval '5 seconds'`;
}

export interface ActiveDispatch {
  no: number;
  id: string;
  /** Did it open before the day began? */
  isOlder: boolean;
  counters: Record<MessageStatus, number>;
}

/**
 * Dispatches that could send since an instant, with their counters: those of lanes and of chunks
 * not folded in, never of messages.
 */
export function listActiveSince(sql: Sql, sinceMs: number): Promise<ActiveDispatch[]> {
  return sql<ActiveDispatch[]>`
    with active as materialized (
      select no, id, started_at from dispatches
      where started_at is not null
        and (status in ('running', 'paused') or finished_at >= to_timestamp(${sinceMs}::float8 / 1000.0))
    ),

    parts as (
      select l.dispatch_no, ${raw(sql, counterSql.namesOf("l"))}
      from active a join lanes l on l.dispatch_no = a.no
      union all
      select l.dispatch_no, ${raw(sql, counterSql.namesOf("k"))}
      from active a join lanes l on l.dispatch_no = a.no
      join chunks k on k.lane_no = l.no and not k.folded
    ),

    sums as (select dispatch_no, ${raw(sql, counterSql.sums)} from parts group by 1)
    select a.no, a.id, a.started_at < to_timestamp(${sinceMs}::float8 / 1000.0) as "isOlder",
      jsonb_build_object(${raw(sql, counterSql.pairs("s"))}) as counters
    from active a join sums s on s.dispatch_no = a.no`;
}

export interface SettledBefore {
  accepted: number;
  failed: number;
  unknown: number;
}

/**
 * What a dispatch's chunks had settled before an instant. It does not change any more once that is
 * past, so it need be read once.
 */
export async function sumSettledBefore(
  sql: Sql,
  dispatchNo: number,
  beforeMs: number,
): Promise<SettledBefore> {
  const [row] = await sql<SettledBefore[]>`
    select coalesce(sum(k.sent + k.delivered + k.undelivered), 0)::float8 as accepted,
      coalesce(sum(k.failed), 0)::float8 as failed,
      coalesce(sum(k.unknown), 0)::float8 as unknown
    from lanes l join chunks k on k.lane_no = l.no
    where l.dispatch_no = ${dispatchNo} and k.settled_at < to_timestamp(${beforeMs}::float8 / 1000.0)`;
  return row!;
}
