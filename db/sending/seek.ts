import type { Fragment } from "postgres";
import { readTerms, type Terms } from "@/db/audience/terms";
import type { Sql } from "@/db/client";
import { allOf } from "@/db/sql";
import { clausesOf, wasReachable } from "./audience";

/**
 * Who of a large audience matches terms is sought before the claim, without a lock: so a rare
 * combination holds nobody's slots. A step looks at a bounded number of rows behind the lane's
 * cursor, along an index in the order of recipients; the claim then takes by their keys those it
 * found, and asks all conditions again.
 */

export const SCAN_ROWS_MAX = 20_000;

/** The index along which a lane's recipients are sought. */
export type Driver =
  | { by: "tag"; tagNo: number }
  | { by: "tags" }
  | { by: "operator" }
  /** Of one time zone, the empty text being none. */
  | { by: "zone"; zone: string };

/** A lane to seek for: what holds for as long as its dispatch is open. */
export interface SeekLane {
  dispatchNo: number;
  operatorNo: number;
  cursor: string;
  maxNo: string;
  drained: boolean;
  startedMs: number;
  terms: Terms;
  driver: Driver;
  /** Rows of the driving index that a step looks at, at most. */
  scanMax: number;
}

export async function readSeekLane(sql: Sql, laneNo: number): Promise<SeekLane | undefined> {
  const [row] = await sql<Omit<SeekLane, "terms" | "driver" | "scanMax">[]>`
    select d.no as "dispatchNo", l.operator_no as "operatorNo", l.cursor::text, d.max_no::text as "maxNo",
      l.drained, extract(epoch from d.started_at)::float8 * 1000 as "startedMs"
    from lanes l join dispatches d on d.no = l.dispatch_no where l.no = ${laneNo}`;
  const terms = row && (await readTerms(sql, row));
  if (!row || !terms) return undefined;
  return { ...row, terms, driver: await chooseDriver(sql, terms), scanMax: SCAN_ROWS_MAX };
}

/**
 * The index with the fewest rows to pass, as far as that is known: tags are counted, operators are
 * taken to be alike.
 */
export async function chooseDriver(sql: Sql, { all, any }: Terms): Promise<Driver> {
  const [row] = await sql<{ tags: Record<string, number>; ofOperator: number }[]>`
    select (
        select coalesce(jsonb_object_agg(tag_no, n), '{}') from (
          select tag_no, sum(count) as n from tag_counts
          where tag_no = any(${[...all, ...any]}::int[]) group by 1
        ) counted
      ) as tags,
      (select coalesce(max(no), 0) from recipients)::float8 / (select greatest(count(*), 1) from operators)
        as "ofOperator"`;
  const { tags, ofOperator } = row!;
  const sizeOf = (no: number) => tags[no] ?? 0;
  const smallest = [...all].sort((a, b) => sizeOf(a) - sizeOf(b))[0];
  const ofAny = any.reduce((sum, no) => sum + sizeOf(no), 0);
  const ofTag = smallest === undefined ? Number.POSITIVE_INFINITY : sizeOf(smallest);
  if (any.length > 0 && ofAny < Math.min(ofTag, ofOperator)) return { by: "tags" };
  return smallest !== undefined && ofTag <= ofOperator ? { by: "tag", tagNo: smallest } : { by: "operator" };
}

/** What a step found: numbers of recipients, in order. */
export interface Sought {
  nos: string[];
  /** Nobody else up to here matches. */
  reach: string;
  /** Nor does anybody after it. */
  isEnd: boolean;
}

/**
 * The next recipients of the lane behind `cursor`, at most `limit`. It does not begin before the
 * first number that each tag of "all" still has: tags whose people came by different imports are
 * not searched in vain.
 */
export async function seekAudience(sql: Sql, lane: SeekLane, cursor: string, limit: number): Promise<Sought> {
  const { terms, maxNo, scanMax } = lane;
  const [row] = await sql<{ nos: string[]; last: string | null; scanned: number }[]>`
    with leapt as materialized (
      select case when count(*) = count(n.no) then greatest(${cursor}::bigint, max(n.no) - 1) end as cursor
      from unnest(${terms.all}::int[]) a(tag_no)
      left join lateral (
        select recipient_no as no from recipient_tags
        where tag_no = a.tag_no and recipient_no > ${cursor}::bigint and recipient_no <= ${maxNo}::bigint
        order by recipient_no limit 1
      ) n on true
    )

    ${stretchOf(sql, lane)},

    found as materialized (
      select no from (${matching(sql, lane)}) r order by no limit ${limit}
    )

    select array(select f.no::text from found f order by f.no) as nos, s.last::text as last, s.scanned
    from (select 1) one left join lateral (
      ${edge(sql, lane)}
    ) s on (select count(*) from found) < ${limit}`;
  const { nos, last, scanned } = row!;
  if (nos.length === limit) return { nos, reach: nos.at(-1)!, isEnd: false };
  const isEnd = scanned < scanMax;
  return { nos, reach: isEnd ? maxNo : last!, isEnd };
}

/** Each tag of "any" gives so many rows, so that together they stay within a step. */
const rowsOfEach = ({ terms, scanMax }: SeekLane) => Math.ceil(scanMax / Math.max(1, terms.any.length));

/**
 * Several tags are read side by side, up to where the first of them was cut off: what lies behind
 * that is for the next step.
 */
function stretchOf(sql: Sql, lane: SeekLane): Fragment {
  if (lane.driver.by !== "tags") return sql``;
  return sql`,

    tagged as materialized (
      select a.tag_no, t.no from unnest(${lane.terms.any}::int[]) a(tag_no)
      cross join lateral (
        select recipient_no as no from recipient_tags
        where tag_no = a.tag_no and recipient_no > (select cursor from leapt)
          and recipient_no <= ${lane.maxNo}::bigint
        order by recipient_no limit ${rowsOfEach(lane)}
      ) t
    ),

    cut as materialized (
      select min(last) as no from (
        select max(no) as last from tagged group by tag_no having count(*) = ${rowsOfEach(lane)}
      ) full_ones
    )`;
}

/** The rows of the step, in the order of recipients. */
function stretch(sql: Sql, { driver, operatorNo, maxNo, scanMax }: SeekLane): Fragment {
  switch (driver.by) {
    case "tag":
      return sql`
        select recipient_no as no from recipient_tags
        where tag_no = ${driver.tagNo} and recipient_no > (select cursor from leapt)
          and recipient_no <= ${maxNo}::bigint
        order by recipient_no limit ${scanMax}`;
    case "tags":
      return sql`
        select distinct no from tagged
        where no <= coalesce((select no from cut), ${maxNo}::bigint) order by no`;
    case "operator":
      return sql`
        select no from recipients
        where operator_no = ${operatorNo} and no > (select cursor from leapt) and no <= ${maxNo}::bigint
        order by no limit ${scanMax}`;
    case "zone":
      return sql`
        select no from recipients
        where operator_no = ${operatorNo}
          and ${driver.zone === "" ? sql`timezone is null` : sql`timezone = ${driver.zone}`}
          and no > (select cursor from leapt) and no <= ${maxNo}::bigint
        order by no limit ${scanMax}`;
  }
}

/** Where the step ended, and how many rows it had: all of them where nothing follows. */
const edge = (sql: Sql, lane: SeekLane): Fragment =>
  lane.driver.by === "tags"
    ? sql`select (select no from cut) as last,
        case when (select no from cut) is null then 0 else ${lane.scanMax}::int end as scanned`
    : sql`select max(no) as last, count(*)::int as scanned from (${stretch(sql, lane)}) e`;

/**
 * Those of the step who match. What indexes of tags and messages know is asked before the
 * recipient's own row is read. It keeps the step's order, so that whoever takes some of them does
 * not pay for all.
 */
function matching(sql: Sql, lane: SeekLane): Fragment {
  const clauses = clausesOf(sql, lane.terms, "probed");
  const byRow = clauses.filter(({ clause }) => clause === "operators" || clause === "attributes");
  const byKey = clauses.filter((clause) => !byRow.includes(clause));
  const all = (list: typeof clauses) =>
    allOf(
      sql,
      list.map(({ holds }) => holds),
    );
  return sql`
    select s.no from (
      select r.no from (${stretch(sql, lane)}) r where ${all(byKey)} order by r.no offset 0
    ) s
    cross join lateral (
      select 1 from recipients r
      where r.no = s.no and r.operator_no = ${lane.operatorNo}
        and ${wasReachable(sql, sql`to_timestamp(${lane.startedMs} / 1000.0)`)} and ${all(byRow)}
      offset 0
    ) own`;
}

/**
 * Moves the lane's cursor over recipients of whom none matches, while the turn still has it and
 * nobody else has moved it, nor divided it by zones. It locks the lane alone, and renews the turn.
 * @returns undefined: it was not so; else whether a retry is due
 */
export async function passOver(
  sql: Sql,
  laneNo: number,
  turnToken: string,
  step: { from: string; to: string; drained: boolean; turnMs: number },
): Promise<{ retryIsDue: boolean } | undefined> {
  const [row] = await sql<{ retryIsDue: boolean }[]>`
    update lanes set cursor = ${step.to}::bigint, drained = ${step.drained},
      wait_reason = null, wait_until = null,
      turn_until = clock_now() + ${step.turnMs}::float8 * interval '1 millisecond'
    where no = ${laneNo} and open and turn_token = ${turnToken}::uuid and cursor = ${step.from}::bigint
      and not drained and not exists (select 1 from lane_zones z where z.lane_no = lanes.no)
    returning exists (
      select 1 from retries r
      where r.lane_no = lanes.no and r.chunk_no is null and r.due_at <= clock_now()) as "retryIsDue"`;
  return row;
}
