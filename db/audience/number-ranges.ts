import type { Sql, Tx } from "@/db/client";
import { raw } from "@/db/sql";
import { RangeTable } from "@/lib/domain/audience/number-plan";

/** A range as it is kept: numbers are E.164 without "+". */
export interface RangeValues {
  first: number;
  last: number;
  operatorNo: number;
  region: string | null;
  timezone: string | null;
}

/** A range as services see it. */
export interface RangeRow {
  no: number;
  first: string;
  last: string;
  operator: string;
  region: string | null;
  timezone: string | null;
}

/**
 * Which load of ranges holds, until the transaction ends: whoever writes what they have found by a
 * number asks here first, and no other load takes its place before they have written it.
 * @returns null for none
 */
export async function holdPlan(tx: Tx): Promise<number | null> {
  const [row] = await tx<{ loadNo: number | null }[]>`
    select load_no as "loadNo" from number_plan for share`;
  return row!.loadNo;
}

/** Waits for all who hold the plan. */
export async function lockPlan(tx: Tx): Promise<number | null> {
  const [row] = await tx<{ loadNo: number | null }[]>`
    select load_no as "loadNo" from number_plan for update`;
  return row!.loadNo;
}

export async function setPlan(tx: Tx, loadNo: number | null): Promise<void> {
  await tx`update number_plan set load_no = ${loadNo}`;
}

export async function currentLoad(sql: Sql | Tx): Promise<number | null> {
  const [row] = await sql<{ loadNo: number | null }[]>`select load_no as "loadNo" from number_plan`;
  return row!.loadNo;
}

/**
 * Whose a number is, as `operatorOfNumber` of lib/domain says it: the range's that it is in, else
 * that of the longest prefix; the zone is the range's. No row where neither knows it.
 * @param phone the column that has it, in E.164
 */
export const placeSql = (sql: Sql | Tx, loadNo: number | null, phone: string) => sql`(
  select coalesce(g.operator_no, p.no) as operator_no, g.timezone
  from (select 1) one
  left join lateral (
    select * from (
      select last_phone, operator_no, timezone from number_ranges
      where load_no = ${loadNo}::int and first_phone <= substr(${raw(sql, phone)}, 2)::bigint
      order by first_phone desc limit 1
    ) nearest where last_phone >= substr(${raw(sql, phone)}, 2)::bigint
  ) g on true
  left join lateral (
    select o.no from operators o, unnest(o.prefixes) prefix
    where g.operator_no is null and starts_with(substr(${raw(sql, phone)}, 2), prefix)
    order by length(prefix) desc limit 1
  ) p on true
  where coalesce(g.operator_no, p.no) is not null
)`;

/** The zone that the ranges give a number; NULL where they give none. */
export const zoneSql = (sql: Sql | Tx, loadNo: number | null, phone: string) => sql`(
  select case when last_phone >= substr(${raw(sql, phone)}, 2)::bigint then timezone end from number_ranges
  where load_no = ${loadNo}::int and first_phone <= substr(${raw(sql, phone)}, 2)::bigint
  order by first_phone desc limit 1
)`;

/** Whose a number is: for one at a time. An import of many reads {@link readRanges} first. */
export async function placeNumber(
  sql: Sql | Tx,
  loadNo: number | null,
  phone: string,
): Promise<{ operatorNo: number; timezone: string | null } | undefined> {
  const [row] = await sql<{ operatorNo: number; timezone: string | null }[]>`
    select operator_no as "operatorNo", place.timezone
    from (select ${phone}::text as phone) n cross join lateral ${placeSql(sql, loadNo, "n.phone")} place`;
  return row;
}

const PAGE = 20_000;

/** All ranges of a load, to find operators by without asking again. */
export async function readRanges(sql: Sql | Tx, loadNo: number | null): Promise<RangeTable<number>> {
  const table = new RangeTable<number>();
  if (loadNo === null) return table;
  for (let after = 0; ; after += PAGE) {
    const rows = await sql<{ first: number; last: number; value: number }[]>`
      select first_phone::float8 as first, last_phone::float8 as last, operator_no as value from number_ranges
      where load_no = ${loadNo} and no > ${after} and no <= ${after + PAGE} order by no`;
    if (rows.length === 0) return table;
    for (const row of rows) table.add(row);
  }
}

/** @param from the place of the first in the order of the load */
export async function insertRanges(
  tx: Tx,
  loadNo: number,
  from: number,
  ranges: RangeValues[],
): Promise<void> {
  await tx`
    insert into number_ranges (load_no, no, first_phone, last_phone, operator_no, region, timezone)
    select ${loadNo}, ${from} + (place - 1)::int, (r->>0)::bigint, (r->>1)::bigint, (r->>2)::int, r->>3, r->>4
    from jsonb_array_elements(${JSON.stringify(
      ranges.map(({ first, last, operatorNo, region, timezone }) => [
        first,
        last,
        operatorNo,
        region,
        timezone,
      ]),
    )}::text::jsonb) with ordinality as t(r, place)`;
}

export async function deleteRanges(tx: Sql | Tx, loadNo: number): Promise<void> {
  await tx`delete from number_ranges where load_no = ${loadNo}`;
}

/** Deletes ranges that nobody can apply any more: replaced ones, and those of a review too old. */
export async function deleteOldRanges(sql: Sql, days: number, limit: number): Promise<void> {
  await sql`
    delete from number_ranges where (load_no, no) in (
      select g.load_no, g.no from (
        select no from imports i where i.kind = 'number_ranges'
          and i.no is distinct from (select load_no from number_plan)
          and (
            i.status in ('completed', 'failed')
            or i.status = 'reviewed' and i.finished_at < clock_now() - ${days} * interval '1 day'
          )
      ) old cross join lateral (
        select load_no, no from number_ranges where load_no = old.no limit ${limit}
      ) g limit ${limit}
    )`;
}

/** @returns false when one of the operators that a load names is gone; the others are held */
export async function holdOperatorsOf(tx: Tx, loadNo: number): Promise<boolean> {
  const [row] = await tx<{ isWhole: boolean }[]>`
    with named as materialized (select distinct operator_no from number_ranges where load_no = ${loadNo}),

    held as materialized (
      select no from operators where no in (select operator_no from named) for key share
    )

    select (select count(*) from named) = (select count(*) from held) as "isWhole"`;
  return row!.isWhole;
}

const columns = (sql: Sql | Tx) => sql`
  g.no, '+' || g.first_phone as first, '+' || g.last_phone as last, o.code as operator, g.region, g.timezone`;

/** In the order of their numbers, those after `after`. */
export function pageRanges(
  sql: Sql | Tx,
  loadNo: number | null,
  limit: number,
  after: number | null,
): Promise<RangeRow[]> {
  return sql<RangeRow[]>`
    select ${columns(sql)} from number_ranges g join operators o on o.no = g.operator_no
    where g.load_no = ${loadNo}::int and g.no > ${after ?? 0}::bigint order by g.no limit ${limit}`;
}

/** The range that a number is in. @param phone E.164, with its "+" */
export function rangeOf(sql: Sql | Tx, loadNo: number | null, phone: string): Promise<RangeRow[]> {
  return sql<RangeRow[]>`
    select ${columns(sql)} from (
      select * from number_ranges where load_no = ${loadNo}::int and first_phone <= ${phone.slice(1)}::bigint
      order by first_phone desc limit 1
    ) g join operators o on o.no = g.operator_no
    where g.last_phone >= ${phone.slice(1)}::bigint`;
}

/** Recipients by their numbers, `from` < no ≤ `to`. */
export interface Slice {
  from: number;
  to: number;
}

export async function lastRecipient(sql: Sql | Tx): Promise<number> {
  const [row] = await sql<{ no: number | null }[]>`select max(no)::float8 as no from recipients`;
  return row!.no ?? 0;
}

/** Whom ranges may move: nobody whose operator was named. */
const movable = (sql: Sql | Tx, takesUnknown: boolean) =>
  sql`(r.operator_source = 'number' or (${takesUnknown}::boolean and r.operator_source is null))`;

export interface SliceCounts {
  moves: { from: number; to: number; count: number }[];
  zoned: number;
  named: number;
  unknown: number;
}

/** What a load would change about the people of a slice. */
export async function countMoves(
  sql: Sql | Tx,
  loadNo: number | null,
  { from, to }: Slice,
  takesUnknown: boolean,
): Promise<SliceCounts> {
  const [row] = await sql<SliceCounts[]>`
    with person as materialized (
      select r.no, r.phone, r.operator_no, r.operator_source, r.timezone,
        ${movable(sql, takesUnknown)} as is_movable
      from recipients r where r.no > ${from} and r.no <= ${to} and r.deleted_at is null
    ),

    placed as materialized (
      select n.operator_no, place.operator_no as new_operator_no,
        n.timezone is null and place.timezone is not null as is_zoned
      from person n cross join lateral ${placeSql(sql, loadNo, "n.phone")} place where n.is_movable
    )

    select coalesce((
        select jsonb_agg(jsonb_build_object('from', operator_no, 'to', new_operator_no, 'count', count))
        from (
          select operator_no, new_operator_no, count(*) from placed where operator_no <> new_operator_no
          group by 1, 2
        ) moved
      ), '[]') as moves,
      (select count(*)::int from placed where is_zoned) as zoned,
      (select count(*)::int from person where operator_source = 'named') as named,
      (select count(*)::int from person where operator_source is null) as unknown`;
  return row!;
}

/**
 * Brings the people of a slice to what the ranges say. Each is asked once more in the moment of the
 * change whether nobody has named another operator meanwhile.
 */
export async function moveSlice(
  tx: Tx,
  loadNo: number | null,
  { from, to }: Slice,
  takesUnknown: boolean,
): Promise<{ moved: number; zoned: number }> {
  const [row] = await tx<{ moved: number; zoned: number }[]>`
    with clock as materialized (select clock_now() as at),

    placed as materialized (
      select r.no, r.operator_no, place.operator_no as new_operator_no, place.timezone,
        r.timezone is null and place.timezone is not null as is_zoned
      from recipients r cross join lateral ${placeSql(tx, loadNo, "r.phone")} place
      where r.no > ${from} and r.no <= ${to} and r.deleted_at is null and ${movable(tx, takesUnknown)}
        and (place.operator_no <> r.operator_no or r.timezone is null and place.timezone is not null)
    ),

    moved as (
      update recipients r set
        operator_changed_at = case when p.operator_no = p.new_operator_no then r.operator_changed_at
          else clock.at end,
        operator_no = p.new_operator_no, operator_source = 'number',
        timezone = coalesce(r.timezone, p.timezone), updated_at = clock.at
      from placed p, clock
      where r.no = p.no and r.operator_no = p.operator_no and r.deleted_at is null
        and ${movable(tx, takesUnknown)}
      returning p.operator_no <> p.new_operator_no as is_moved, p.is_zoned
    )

    select (count(*) filter (where is_moved))::int as moved,
      (count(*) filter (where is_zoned))::int as zoned
    from moved`;
  return row!;
}

/** Another load holds since a moment ago, and people are still being moved to it. */
export async function isMovingByOther(tx: Tx, loadNo: number): Promise<boolean> {
  const rows = await tx`
    select from imports
    where kind = 'number_ranges' and status = 'running' and stage = 'applying' and no <> ${loadNo}
      and found ? 'lastNo' limit 1`;
  return rows.length > 0;
}
