import type { Sql, Tx } from "@/db/client";
import { areAllOutdated } from "@/db/health/health";
import { counterSql } from "@/db/sending/counters";
import { waitsFor } from "@/db/sending/lanes";
import { iso, raw } from "@/db/sql";
import type { LaneWait } from "@/lib/domain/lane-wait";

export interface EventRow {
  at: string;
  actor: string;
  action: string;
}

/** What happened to a dispatch, oldest first. */
export function listEvents(sql: Sql | Tx, dispatchId: string): Promise<EventRow[]> {
  return sql<EventRow[]>`
    select ${iso(sql, "at")} as at, actor, action from audit_log
    where subject_type = 'dispatch' and subject_id = ${dispatchId} order by no desc limit 500`.then((rows) =>
    rows.reverse(),
  );
}

/**
 * What a lane's speed is read from: long enough for a few chunks, short enough to show a change.
 */
const RECENT_S = 5;

export interface LaneRow {
  no: number;
  /** Of a segment when the lane was made: a decimal; null = nobody had said. */
  price: string | null;
  operatorId: string;
  operatorNo: number;
  code: string;
  name: string;
  rate: number | null;
  drained: boolean;
  waitReason: LaneWait | null;
  /** Null as well when the lane is closed or its window over: nothing will happen then. */
  waitUntil: string | null;
  /** Its window is over. */
  isOver: boolean;
  hasTurn: boolean;
  /** All live workers are older than the database's schema. */
  isOutdated: boolean;
  /** Lanes of other dispatches that are open on the operator. */
  others: number;
  /** Messages a second that a gateway took lately. */
  perSecond: number;
  counters: Record<string, number>;
}

/** A dispatch's lanes with their figures: their own and those of the chunks not folded in. */
export function listLaneRows(sql: Sql | Tx, dispatchNo: number): Promise<LaneRow[]> {
  return sql<LaneRow[]>`
    select l.no, l.price_per_segment::text as price, o.id as "operatorId", o.no as "operatorNo", o.code,
      o.name, o.rate::float8 as rate, l.drained, l.wait_reason as "waitReason",
      case when l.open and d.end_at > clock_now() and l.wait_until > clock_now()
        then ${iso(sql, "l.wait_until")} end as "waitUntil",
      d.end_at <= clock_now() as "isOver",
      l.turn_token is not null and l.turn_until > clock_now() as "hasTurn",
      ${areAllOutdated(sql)}
        or coalesce(${raw(sql, waitsFor("outdated"))}, false) as "isOutdated",
      (
        select count(*)::int from lanes x
        where x.operator_no = l.operator_no and x.no <> l.no and x.open and not x.drained
      ) as others,
      coalesce((
        select sum(k.sent + k.delivered + k.undelivered)::float8 from chunks k
        where k.lane_no = l.no and k.settled_at > clock_now() - ${RECENT_S}::float8 * interval '1 second'
      ), 0) / ${RECENT_S}::float8 as "perSecond",
      (select jsonb_build_object(${raw(sql, counterSql.pairs("c"))}) from (
        select ${raw(sql, counterSql.sums)} from (
          select ${raw(sql, counterSql.names)} from lanes where no = l.no
          union all
          select ${raw(sql, counterSql.names)} from chunks where lane_no = l.no and not folded
        ) parts
      ) c) as counters
    from lanes l join operators o on o.no = l.operator_no join dispatches d on d.no = l.dispatch_no
    where l.dispatch_no = ${dispatchNo} order by o.name, o.no`;
}

/**
 * Messages a gateway took, in at most 120 steps from the opening to the last settle. Chunks are
 * few: four a second and lane.
 */
export function listRate(sql: Sql | Tx, dispatchNo: number): Promise<{ at: string; accepted: number }[]> {
  return sql<{ at: string; accepted: number }[]>`
    with settled as materialized (
      select k.settled_at, k.sent + k.delivered + k.undelivered as n
      from lanes l join chunks k on k.lane_no = l.no
      where l.dispatch_no = ${dispatchNo} and k.settled_at is not null
    ),

    span as (
      select min(settled_at) as first,
        greatest(1, ceil(extract(epoch from max(settled_at) - min(settled_at)) / 120)) as step
      from settled
    )

    select ${iso(sql, "b.at")} as at, b.accepted from (
      select first + floor(extract(epoch from settled_at - first) / step) * step * interval '1 second' as at,
        sum(n)::int as accepted
      from settled, span group by 1
    ) b order by b.at`;
}

/**
 * Messages that were delivered, in at most 100 steps from the first receipt to the last; `at` is
 * when a step ends, and now while it has not.
 */
export function listDelivered(
  sql: Sql | Tx,
  dispatchNo: number,
): Promise<{ at: string; delivered: number }[]> {
  return sql<{ at: string; delivered: number }[]>`
    with told as materialized (
      select r.at, r.delivered from lanes l join lane_receipts r on r.lane_no = l.no
      where l.dispatch_no = ${dispatchNo}
    ),

    span as (
      select min(at) as first, greatest(1, extract(epoch from max(at) - min(at)) / 99) as step from told
    )

    select ${iso(sql, "least(max(at), clock_now())")} as at, sum(delivered)::float8 as delivered
    from told, span group by floor(extract(epoch from at - first) / step) order by max(at)`;
}

/** The rare outcomes by code, the most frequent first. Reads at most 100,000 of them. */
export function listFailures(
  sql: Sql | Tx,
  dispatchNo: number,
): Promise<{ outcome: string; code: string; count: number }[]> {
  return sql<{ outcome: string; code: string; count: number }[]>`
    select outcome, code, count(*)::int as count from (
      select f.outcome, f.code from lanes l join failures f on f.lane_no = l.no
      where l.dispatch_no = ${dispatchNo} limit 100000
    ) f group by 1, 2 order by 3 desc, 2 limit 50`;
}
