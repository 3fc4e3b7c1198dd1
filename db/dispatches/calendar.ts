import type { Sql, Tx } from "@/db/client";
import { iso, raw } from "@/db/sql";
import type { DispatchStatus } from "@/lib/domain/lifecycle";
import { type DispatchFilter, matches } from "./dispatches";

/** A dispatch in the square of one day. */
export interface DayItem {
  /** Which of the days. */
  day: number;
  id: string;
  name: string | null;
  messageText: string;
  status: DispatchStatus;
  startAt: string;
  /** When it ended, or when its window does. */
  untilAt: string;
  audience: number | null;
  /** It began on a day before. */
  goesOn: boolean;
  /** Of all that this day has: how many start, and how many go on. */
  starts: number;
  going: number;
}

/**
 * The first dispatches of each day: those that start first, then those that go on. One is on all
 * days from its start to its end, or to the end of its window while it is not over.
 * @param days when each of them begins, and when the last one ends
 */
export function listDays(
  sql: Sql | Tx,
  filter: Omit<DispatchFilter, "statuses">,
  days: string[],
  limit: number,
): Promise<DayItem[]> {
  const [from, to] = [days[0]!, days.at(-1)!];
  return sql<DayItem[]>`
    with days as (
      select ordinality::int - 1 as day, at::timestamptz as since,
        lead(at::timestamptz) over (order by ordinality) as before
      from unnest(${days}::text[]) with ordinality as list (at, ordinality)
    ),

    chosen as materialized (
      select d.no, d.start_at, greatest(d.start_at, coalesce(d.finished_at, d.end_at)) as until_at
      from dispatches d
      where ${matches(sql, { ...filter, statuses: null })}
        and d.start_at < ${to}::timestamptz and (
          d.start_at >= ${from}::timestamptz
          or coalesce(d.finished_at, '-infinity') > ${from}::timestamptz
          or d.status in ('scheduled', 'running', 'paused') and d.end_at > ${from}::timestamptz)
    ),

    placed as (
      select y.day, c.no, c.until_at, c.start_at < y.since as goes_on,
        row_number() over (partition by y.day order by c.start_at < y.since, c.start_at, c.no) as place,
        count(*) filter (where c.start_at >= y.since) over (partition by y.day) as starts,
        count(*) filter (where c.start_at < y.since) over (partition by y.day) as going
      from days y join chosen c on c.start_at < y.before and (c.start_at >= y.since or c.until_at > y.since)
    )

    select p.day, d.id, d.name, left(d.message_text, 160) as "messageText", d.status,
      ${iso(sql, "d.start_at")} as "startAt", ${iso(sql, "p.until_at")} as "untilAt",
      d.audience::float8 as audience, p.goes_on as "goesOn", p.starts::int as starts, p.going::int as going
    from placed p join dispatches d on d.no = p.no
    where p.place <= ${limit} order by p.day, p.place`;
}

export interface SentHour {
  operatorNo: number;
  /** Which hour since the first. */
  hour: number;
  /** SMS segments that were handed over in it. */
  segments: number;
}

const handed = (row: string) =>
  ["sent", "delivered", "undelivered", "failed", "unknown"].map((name) => `${row}.${name}`).join(" + ");

/**
 * About how many segments each operator took in each hour. Neither messages nor chunks are added
 * up, however many there are: what a lane's counters have is spread over the hours in which it
 * settled anything, and to see whether it did takes one look into an index. Of a dispatch whose
 * chunks are gone it is spread from its opening to its end.
 */
export function listSentHours(sql: Sql | Tx, from: string, to: string): Promise<SentHour[]> {
  return sql<SentHour[]>`
    with spans as materialized (
      select l.no, l.operator_no, d.segments * (${raw(sql, handed("l"))} + k.handed) as segments,
        c.first is null as is_dropped, coalesce(c.first, d.started_at) as first,
        coalesce(c.last, d.finished_at, d.started_at) as last
      from dispatches d join lanes l on l.dispatch_no = d.no
      cross join lateral (
        select coalesce(sum(${raw(sql, handed("k"))}), 0) as handed
        from chunks k where k.lane_no = l.no and not k.folded
      ) k
      cross join lateral (
        select
          (select settled_at from chunks where lane_no = l.no and settled_at is not null
            order by settled_at limit 1) as first,
          (select settled_at from chunks where lane_no = l.no and settled_at is not null
            order by settled_at desc limit 1) as last
      ) c
      where d.deleted_at is null and d.recipient_no is null and d.started_at < ${to}::timestamptz
        and (coalesce(d.finished_at, '-infinity') > ${from}::timestamptz or d.status in ('running', 'paused'))
    ),

    hours as (
      select s.no, s.operator_no, s.segments, h.at,
        greatest(1, extract(epoch from least(s.last, h.at + interval '1 hour') - greatest(s.first, h.at)))
          as weight
      from spans s cross join lateral generate_series(
        date_bin('1 hour', s.first, ${from}::timestamptz), s.last, interval '1 hour') h (at)
      where s.segments > 0 and (s.is_dropped or exists (
        select from chunks
        where lane_no = s.no and settled_at >= h.at and settled_at < h.at + interval '1 hour'))
    ),

    shares as (
      select operator_no, at, segments * weight / sum(weight) over (partition by no) as segments from hours
    )

    select operator_no as "operatorNo", (extract(epoch from at - ${from}::timestamptz) / 3600)::int as hour,
      sum(segments)::float8 as segments
    from shares where at >= ${from}::timestamptz and at < ${to}::timestamptz group by 1, 2`;
}
