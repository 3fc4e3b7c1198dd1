import type { Sql, Tx } from "@/db/client";
import { iso } from "@/db/sql";

/** What is wrong with a cell or a row. */
export interface RowProblem {
  code: string;
  /** The header of the column; null where the whole row is meant. */
  column?: string | null;
  value?: string;
}

/** A row of a file as it was read. */
export interface StagedRow {
  /** Of the file, from 1. */
  line: number;
  /** Of a rejected row only where it says that its person has opted out. */
  phone: string | null;
  operatorNo: number | null;
  isOperatorGiven: boolean;
  timezone: string | null;
  tags: string[];
  attributes: Record<string, string>;
  isOptedOut: boolean;
  problem: RowProblem[] | null;
  warnings: RowProblem[] | null;
  /** Of rejected rows: as read, bounded. */
  cells: string[] | null;
}

/**
 * A column goes as one text with this between its values: arrays of the wire protocol cost more to
 * write and to read. No value can hold it.
 */
const BETWEEN = "\u001f";
const BETWEEN_TAGS = "\u001e";
/** Of a cell that is told of. */
const VALUE_MAX = 100;

const attributesOf = ({ attributes }: StagedRow) =>
  Object.keys(attributes).length > 0 ? JSON.stringify(attributes) : null;

/** Keeps good rows of a file as they were read. */
export async function stageRows(tx: Tx, importNo: number, rows: StagedRow[]): Promise<void> {
  const column = (values: (string | number | null)[]) =>
    tx`string_to_array(${values.map((value) => value ?? "").join(BETWEEN)}::text, ${BETWEEN}, '')`;
  await tx`
    insert into import_rows (import_no, line, phone, operator_no, is_operator_given, timezone, tags,
      attributes, is_opted_out, warnings)
    select ${importNo}, line::int, phone, operator_no::int, given = '1', timezone,
      string_to_array(tags, ${BETWEEN_TAGS}), attributes::jsonb,
      opted_out = '1', warnings::jsonb
    from unnest(
      ${column(rows.map((row) => row.line))}, ${column(rows.map((row) => row.phone))},
      ${column(rows.map((row) => row.operatorNo))},
      ${column(rows.map((row) => (row.isOperatorGiven ? 1 : 0)))}, ${column(rows.map((row) => row.timezone))},
      ${column(rows.map((row) => row.tags.join(BETWEEN_TAGS)))},
      ${column(rows.map((row) => attributesOf(row)))},
      ${column(rows.map((row) => (row.isOptedOut ? 1 : 0)))},
      ${column(rows.map((row) => row.warnings && JSON.stringify(row.warnings)))}
    ) as r(line, phone, operator_no, given, timezone, tags, attributes, opted_out, warnings)`;
}

/**
 * Keeps rejected rows, and that somebody has opted out whose row is rejected for another reason.
 */
export async function stageRejected(tx: Tx, importNo: number, rows: StagedRow[]): Promise<void> {
  // The rest of a rejected row is not kept, and may be what Postgres cannot store.
  const kept = rows.map(({ line, phone, isOptedOut, problem, cells }) => ({
    ...{ line, phone, isOptedOut, problem, cells },
  }));
  await tx`
    insert into import_rows (import_no, line, phone, is_opted_out, problem, cells)
    select ${importNo}, (r->>'line')::int, r->>'phone', (r->>'isOptedOut')::boolean, r->'problem',
      array(select jsonb_array_elements_text(r->'cells'))
    from jsonb_array_elements(${JSON.stringify(kept)}::text::jsonb) r`;
}

export interface Merged {
  /** Rows that the first one of their number has taken in. */
  merged: number;
  /** Rows that had no warning before. */
  warned: number;
  /** Cells that another row of their number contradicts. */
  contradicted: number;
}

/**
 * Lets the first row of a number take in the others: tags are united, of attributes, zones and
 * operators the last one named counts, and an opt-out in any of them is one. A row of whose cells
 * one does not count gets the warning `contradicts_row`.
 * @param columns what the file calls the columns of operators and of zones
 */
export async function mergeRows(
  tx: Tx,
  importNo: number,
  columns: { operator: string | null; timezone: string | null },
): Promise<Merged> {
  await tx`set local statement_timeout = '10min'`;
  // Nobody has analysed rows that are this new: the planner takes them for a handful, and would go
  // through all of them for each.
  await tx`set local enable_nestloop = off`;
  const [row] = await tx<Merged[]>`
    with twice as materialized (
      select phone, min(line) as line from import_rows where import_no = ${importNo} and problem is null
      group by phone having count(*) > 1
    ),

    member as materialized (
      select t.line as first, r.line, r.operator_no, r.is_operator_given, r.timezone, r.is_opted_out, r.tags,
        r.attributes, r.warnings
      from twice t join import_rows r on r.import_no = ${importNo} and r.problem is null and r.phone = t.phone
    ),

    united as materialized (
      select first,
        (array_agg(operator_no order by is_operator_given desc, line desc))[1] as operator_no,
        bool_or(is_operator_given) as is_operator_given,
        (array_agg(timezone order by line desc) filter (where timezone is not null))[1] as timezone,
        bool_or(is_opted_out) as is_opted_out
      from member group by first
    ),

    tagged as (
      select first, array_agg(distinct tag) as tags from member cross join unnest(tags) tag group by first
    ),

    described as materialized (
      select first, jsonb_object_agg(key, value) as attributes from (
        select distinct on (m.first, a.key) m.first, a.key, a.value
        from member m cross join jsonb_each(m.attributes) a
        order by m.first, a.key, m.line desc
      ) named group by first
    ),

    contradicted as materialized (
      select m.line, jsonb_agg(jsonb_build_object(
        'code', 'contradicts_row', 'column', c.name, 'value', left(c.value, ${VALUE_MAX}::int)
      ) order by c.name) as told
      from member m join united u using (first) left join described d using (first)
      cross join lateral (
        select ${columns.operator}::text as name, o.code as value from operators o
        where m.is_operator_given and o.no = m.operator_no and m.operator_no <> u.operator_no

        union all

        select ${columns.timezone}, m.timezone where m.timezone <> u.timezone

        union all

        select key, value from jsonb_each_text(m.attributes) where value <> d.attributes->>key
      ) c
      where m.is_operator_given and m.operator_no <> u.operator_no or m.timezone <> u.timezone
        or not d.attributes @> m.attributes
      group by m.line
    ),

    others as (
      update import_rows r set merged_into = m.first,
        warnings = case when c.told is null then r.warnings else coalesce(r.warnings, '[]') || c.told end
      from member m left join contradicted c using (line)
      where r.import_no = ${importNo} and r.line = m.line and m.line <> m.first
      returning 1
    ),

    firsts as (
      update import_rows r set operator_no = u.operator_no, is_operator_given = u.is_operator_given,
        timezone = u.timezone, is_opted_out = u.is_opted_out, tags = g.tags, attributes = d.attributes,
        warnings = case when c.told is null then r.warnings else coalesce(r.warnings, '[]') || c.told end
      from united u left join tagged g using (first) left join described d using (first)
        left join contradicted c on c.line = u.first
      where r.import_no = ${importNo} and r.line = u.first
    )

    select (select count(*) from others)::int as merged,
      count(*) filter (where m.warnings is null)::int as warned,
      coalesce(sum(jsonb_array_length(c.told)), 0)::int as contradicted
    from contradicted c join member m using (line)`;
  return row!;
}

/** What an import would do. */
export interface StagedCounts {
  toCreate: number;
  /** Of people who are there, whether or not anything of them changes. */
  toUpdate: number;
  toReject: number;
  toMerge: number;
  toOptOut: number;
  warned: number;
}

export async function countStaged(tx: Tx, importNo: number): Promise<StagedCounts> {
  await tx`set local statement_timeout = '10min'`;
  const [row] = await tx<StagedCounts[]>`
    select
      count(*) filter (
        where i.problem is null and i.merged_into is null and (r.no is null or r.deleted_at is not null)
      )::int as "toCreate",
      count(*) filter (
        where i.problem is null and i.merged_into is null and r.no is not null and r.deleted_at is null
      )::int as "toUpdate",
      count(*) filter (where i.problem is not null)::int as "toReject",
      count(*) filter (where i.merged_into is not null)::int as "toMerge",
      count(*) filter (where i.is_opted_out and i.merged_into is null)::int as "toOptOut",
      count(*) filter (where i.warnings is not null)::int as warned
    from import_rows i left join recipients r on r.phone = i.phone
    where i.import_no = ${importNo}`;
  return row!;
}

export interface StagedPerson {
  operator: string;
  timezone: string | null;
  tags: string[];
  attributes: Record<string, string>;
  optedOut: boolean;
}

/** Somebody who is there, and what a file says of them: what it leaves out is null. */
export interface StagedChange {
  line: number;
  phone: string;
  before: StagedPerson;
  named: Omit<StagedPerson, "operator"> & { operator: string | null };
}

/** The first people of a file who are there already. */
export function sampleChanges(sql: Sql | Tx, importNo: number, limit: number): Promise<StagedChange[]> {
  return sql<StagedChange[]>`
    select i.line, i.phone,
      jsonb_build_object('operator', o.code, 'timezone', r.timezone, 'attributes', r.attributes,
        'optedOut', r.opted_out_at is not null, 'tags', to_jsonb(array(
          select t.name from recipient_tags rt join tags t on t.no = rt.tag_no
          where rt.recipient_no = r.no order by t.name
        ))) as before,
      jsonb_build_object('operator', n.code, 'timezone', i.timezone,
        'attributes', coalesce(i.attributes, '{}'),
        'tags', to_jsonb(coalesce(i.tags, '{}')), 'optedOut', i.is_opted_out) as named
    from import_rows i join recipients r on r.phone = i.phone and r.deleted_at is null
      join operators o on o.no = r.operator_no
      left join operators n on n.no = i.operator_no and i.is_operator_given
    where i.import_no = ${importNo} and i.problem is null and i.merged_into is null
    order by i.line limit ${limit}`;
}

/** A row that was rejected, or taken in spite of something. */
export interface NotedRow {
  line: number;
  problem: RowProblem[] | null;
  warnings: RowProblem[] | null;
  cells: string[] | null;
}

/** In the order of the file, those after line `after`. */
export function pageRejected(
  sql: Sql | Tx,
  importNo: number,
  limit: number,
  after: number,
): Promise<NotedRow[]> {
  return sql<NotedRow[]>`
    select line, problem, warnings, cells from import_rows
    where import_no = ${importNo} and problem is not null and line > ${after} order by line limit ${limit}`;
}

/** The first that were taken in spite of something. */
export function sampleWarnings(sql: Sql | Tx, importNo: number, limit: number): Promise<NotedRow[]> {
  return sql<NotedRow[]>`
    select line, problem, warnings, cells from import_rows
    where import_no = ${importNo} and warnings is not null order by line limit ${limit}`;
}

/** People whom an undoing left as they are, in the order of the file. */
export function pageKept(
  sql: Sql | Tx,
  importNo: number,
  limit: number,
  after: number,
): Promise<{ line: number; phone: string; outcome: "kept_sent" | "kept_changed" }[]> {
  return sql`
    select line, phone, outcome from import_rows
    where import_no = ${importNo} and outcome in ('kept_sent', 'kept_changed') and line > ${after}
    order by line limit ${limit}`;
}

/** Where a file named a number. */
export interface Naming {
  importId: string;
  fileName: string | null;
  /** ISO. */
  at: string;
  line: number;
  outcome: string | null;
}

/**
 * Newest first. It reads all rows of imports that are kept. A row without an outcome, of a batch
 * that was applied, made the recipient.
 */
export const listNamings = (sql: Sql, phone: string, limit: number): Promise<Naming[]> =>
  sql<Naming[]>`
    select i.id as "importId", i.file_name as "fileName", ${iso(sql, "i.created_at")} as at, r.line,
      case when r.outcome is null and r.problem is null and r.merged_into is null and exists (
          select from import_batches b
          where b.import_no = r.import_no and r.line > b.after_line and r.line <= b.to_line
        ) then 'created' else r.outcome end as outcome
    from import_rows r join imports i on i.no = r.import_no where r.phone = ${phone}
    order by i.no desc, r.line limit ${limit}`;

export async function deleteRows(sql: Sql | Tx, importNo: number): Promise<void> {
  await sql`
    with batches as (delete from import_batches where import_no = ${importNo})
    delete from import_rows where import_no = ${importNo}`;
}

/** Deletes rows of imports that ended longer ago than so many days. */
export async function deleteOldRows(sql: Sql, days: number, limit: number): Promise<void> {
  await sql`
    delete from import_rows where (import_no, line) in (
      select r.import_no, r.line from imports i join lateral (
        select import_no, line from import_rows where import_no = i.no limit ${limit}
      ) r on true
      where i.finished_at < clock_now() - ${days} * interval '1 day' limit ${limit}
    )`;
}
