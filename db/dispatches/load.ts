import type { Sql, Tx } from "@/db/client";
import { isReachable } from "@/db/sending/audience";
import { counterSql } from "@/db/sending/counters";
import { raw } from "@/db/sql";
import type { Hours } from "@/lib/domain/daily-hours";

/** What a forecast needs to know of an operator. */
export interface RatedOperator {
  no: number;
  id: string;
  code: string;
  name: string;
  rate: number | null;
  /** Of a segment, a decimal; null = nobody has said. */
  price: string | null;
}

export function listRatedOperators(sql: Sql | Tx): Promise<RatedOperator[]> {
  return sql<RatedOperator[]>`
    select no, id, code, name, rate::float8 as rate, price_per_segment::text as price
    from operators
    order by name, no`;
}

/**
 * A dispatch that is to use operators' time, with how far its lanes are. Instants in ms since the
 * epoch.
 */
export interface LoadRow {
  no: number;
  id: string;
  isOpen: boolean;
  operatorNo: number | null;
  tagNo: number | null;
  /** Of one with terms: how many it has of each operator, as counted when it was written. */
  expected: Record<string, number> | null;
  segments: number;
  startMs: number;
  endMs: number;
  /** When it may be sent, as its own zone has it. */
  timezone: string;
  localTime: Hours | null;
  quietHours: Hours | null;
  /** Counted after opening. */
  audience: number | null;
  /**
   * Empty until it opens. `accounted`: everybody who has a message, `deferred` of them wait for
   * another try.
   */
  lanes: { operator: number; drained: boolean; accounted: number; deferred: number }[];
}

/**
 * More than this are not looked at: the forecast is for people who plan, and each read is bounded.
 */
const LOAD_MAX = 500;

/**
 * What is scheduled or running, the earliest first; paused ones use no time, and tests next to
 * none. Reads lanes and chunks that are not folded, never messages.
 * @param within only those whose window shares time with this one
 * @param exceptId one that is left out: what is being edited does not compete with itself
 * @param max how many are looked at
 */
export function listLoad(
  sql: Sql | Tx,
  within: { startMs: number; endMs: number } | null,
  exceptId: string | null,
  max = LOAD_MAX,
): Promise<LoadRow[]> {
  return sql<LoadRow[]>`
    select d.no, d.id, d.status = 'running' as "isOpen",
      d.operator_no as "operatorNo", d.tag_no as "tagNo", d.expected, d.segments,
      extract(epoch from d.start_at)::float8 * 1000 as "startMs",
      extract(epoch from d.end_at)::float8 * 1000 as "endMs",
      d.timezone, d.local_time as "localTime",
      case when q.enabled and not d.ignore_quiet_hours then q.hours end as "quietHours",
      d.audience::float8 as audience,
      coalesce(case when d.status = 'running' then (
        select jsonb_agg(jsonb_build_object('operator', l.operator_no, 'drained', l.drained,
          'accounted', ${raw(sql, counterSql.totalOf("l"))} + k.accounted,
          'deferred', greatest(l.deferred + k.deferred, 0)))
        from lanes l
        cross join lateral (
          select coalesce(sum(${raw(sql, counterSql.total)}), 0) as accounted,
            coalesce(sum(deferred), 0) as deferred
          from chunks where lane_no = l.no and not folded
        ) k
        where l.dispatch_no = d.no
      ) end, '[]') as lanes
    from dispatches d cross join quiet_hours q
    where d.status in ('scheduled', 'running') and d.deleted_at is null and d.recipient_no is null
      and d.end_at > clock_now()
      ${
        within === null
          ? sql``
          : sql`and d.start_at < to_timestamp(${within.endMs}::float8 / 1000.0)
              and d.end_at > to_timestamp(${within.startMs}::float8 / 1000.0)`
      }
      and d.id is distinct from ${exceptId}::uuid
    order by d.start_at, d.no limit ${max}`;
}

export interface TagCount {
  /** null: everybody. */
  tagNo: number | null;
  operatorNo: number;
  count: number;
}

/**
 * How many recipients can be sent to, by tag and operator. `everybody`: also counts them regardless
 * of tags.
 */
export async function countByTag(sql: Sql | Tx, tagNos: number[], everybody: boolean): Promise<TagCount[]> {
  const ofTags =
    tagNos.length === 0
      ? []
      : await sql<TagCount[]>`
          select t.tag_no as "tagNo", r.operator_no as "operatorNo", count(*)::float8 as count
          from recipient_tags t join recipients r on r.no = t.recipient_no
          where t.tag_no = any(${tagNos}::int[]) and ${isReachable(sql)} group by 1, 2`;
  if (!everybody) return ofTags;
  const ofAll = await sql<TagCount[]>`
    select null::int as "tagNo", operator_no as "operatorNo", count(*)::float8 as count
    from recipients r where ${isReachable(sql)} group by 2`;
  return [...ofTags, ...ofAll];
}

/**
 * The same for one tag (null: everybody), of the first `limit` recipients alone: what is cut off
 * makes counts too low, never too high. The recipients of a tag are looked up one by one: whatever
 * the planner thinks of the limit, it must not read all of a large table.
 */
export function countSome(sql: Sql | Tx, tagNo: number | null, limit: number): Promise<TagCount[]> {
  return sql<TagCount[]>`
    select ${tagNo}::int as "tagNo", operator_no as "operatorNo", count(*)::float8 as count
    from (${
      tagNo === null
        ? sql`select operator_no, opted_out_at, deleted_at from recipients limit ${limit}`
        : sql`
          select r.* from (select recipient_no from recipient_tags where tag_no = ${tagNo} limit ${limit}) t
          cross join lateral (
            select operator_no, opted_out_at, deleted_at from recipients where no = t.recipient_no offset 0
          ) r`
    }) r
    where ${isReachable(sql)} group by 2`;
}
