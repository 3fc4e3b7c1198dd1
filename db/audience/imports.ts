import type { Sql, Tx } from "@/db/client";

export interface ImportCounts {
  rows: number;
  created: number;
  updated: number;
  rejected: number;
}

export interface ImportRow extends ImportCounts {
  no: number;
  id: string;
  status: "running" | "completed" | "failed";
  /** A code, then perhaps the line of the file it is about: `quote_not_closed 17`. */
  error: string | null;
  fileName: string | null;
  createdAt: Date;
  finishedAt: Date | null;
}

type Raw = Omit<ImportRow, "createdAt" | "finishedAt"> & { createdAt: string; finishedAt: string | null };

const columns = (sql: Sql | Tx) => sql`
  no, id, status, rows, created, updated, rejected, error, file_name as "fileName", created_at as "createdAt", finished_at as "finishedAt"`;

const fromRaw = (raw: Raw): ImportRow => ({
  ...raw,
  createdAt: new Date(raw.createdAt),
  finishedAt: raw.finishedAt === null ? null : new Date(raw.finishedAt),
});

export async function insertImport(tx: Tx, id: string, actor: string, fileName: string | null = null): Promise<ImportRow> {
  const [row] = await tx<Raw[]>`
    insert into imports (id, status, actor, file_name, created_at, updated_at)
    values (${id}, 'running', ${actor}, ${fileName}, clock_now(), clock_now())
    returning ${columns(tx)}`;
  return fromRaw(row!);
}

export async function findImport(sql: Sql | Tx, id: string): Promise<ImportRow | undefined> {
  const [row] = await sql<Raw[]>`select ${columns(sql)} from imports where id = ${id}`;
  return row && fromRaw(row);
}

/** Newest first, those before `before`. */
export async function listImports(sql: Sql | Tx, limit: number, before: number | null): Promise<ImportRow[]> {
  const rows = await sql<Raw[]>`
    select ${columns(sql)} from imports where ${before}::bigint is null or no < ${before}::bigint order by no desc limit ${limit}`;
  return rows.map(fromRaw);
}

/** Adds a batch to the figures, which is also the sign of life. @returns false when the import no longer runs */
export async function advanceImport(tx: Tx, no: number, batch: ImportCounts): Promise<boolean> {
  const done = await tx`
    update imports set rows = rows + ${batch.rows}, created = created + ${batch.created}, updated = updated + ${batch.updated},
      rejected = rejected + ${batch.rejected}, updated_at = clock_now()
    where no = ${no} and status = 'running'`;
  return done.count === 1;
}

/** @returns the import as it ended, or undefined when it had ended already */
export async function finishImport(
  tx: Tx,
  no: number,
  status: "completed" | "failed",
  error: string | null,
): Promise<ImportRow | undefined> {
  const [row] = await tx<Raw[]>`
    update imports set status = ${status}, error = ${error}, finished_at = clock_now(), updated_at = clock_now()
    where no = ${no} and status = 'running' returning ${columns(tx)}`;
  return row && fromRaw(row);
}

/** The process that ran them is gone: a living import shows a sign of life with every batch, which takes half a minute at the very most. */
export async function failStaleImports(tx: Tx): Promise<ImportRow[]> {
  const rows = await tx<Raw[]>`
    update imports set status = 'failed', error = 'interrupted', finished_at = clock_now(), updated_at = clock_now()
    where status = 'running' and updated_at < clock_now() - interval '60 seconds' returning ${columns(tx)}`;
  return rows.map(fromRaw);
}

/** One batch at a time, over all processes: two that touch the same numbers in another order would wait for each other for ever. */
export async function lockBatch(tx: Tx): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext('carillon.import_batch'))`;
}

/** Rows of a batch, one array a column; every phone once. */
export interface BatchColumns {
  phones: string[];
  operatorNos: number[];
  /** 1: the file named the operator; otherwise its number is the prefix's and an existing recipient keeps its own. */
  operatorGiven: (0 | 1)[];
  timezones: (string | null)[] | null;
  /** JSON objects as text. */
  attributes: string[] | null;
  /** Numbers of tags with commas between. */
  tags: string[] | null;
}

/** A column goes as one text with this between its values: arrays of the wire protocol cost as much to write and to read as all else. None of the values can hold it. */
const BETWEEN = "\u001f";

/**
 * Brings recipients to what the rows say, and their tags to exactly those. Columns that are null stay as they are. Rows that exist are updated,
 * never inserted over: an INSERT that meets a conflict takes an identity with it. New ones are numbered in the order of the file. Nothing here opts
 * anybody in, and a row that would not change is not written. One statement, whose plan hangs on no estimate of how long the batch is.
 * @returns how many were new
 */
export async function storeBatch(tx: Tx, batch: BatchColumns): Promise<number> {
  const column = (values: (string | number | null)[] | null) =>
    tx`string_to_array(${values?.map((value) => value ?? "").join(BETWEEN) ?? null}::text, ${BETWEEN}, '')`;
  const tagged = tx`
    , untagged as (
      delete from recipient_tags rt using existing e where rt.recipient_no = e.no and rt.tag_no <> all(e.tag_nos)
    ), tagged as (
      insert into recipient_tags (tag_no, recipient_no) select t, e.no from existing e, unnest(e.tag_nos) t order by 1, 2 on conflict do nothing
    ), tagged_first as (
      insert into recipient_tags (tag_no, recipient_no) select t, f.no from fresh f, unnest(f.tag_nos) t order by 1, 2
    )`;
  const [row] = await tx<{ created: number }[]>`
    with input as materialized (
      select phone, operator_no::int, operator_given = '1' as operator_given, timezone, attributes, tags, place from unnest(
        ${column(batch.phones)}, ${column(batch.operatorNos)}, ${column(batch.operatorGiven)}, ${column(batch.timezones)},
        ${column(batch.attributes)}, ${column(batch.tags)}
      ) with ordinality as i(phone, operator_no, operator_given, timezone, attributes, tags, place)
    ), looked_up as materialized (
      select i.*, coalesce(string_to_array(i.tags, ','), '{}')::int[] as tag_nos, r.no as known_no, r.deleted_at is not null as was_deleted,
        r.operator_no as known_operator_no, r.timezone as known_timezone, r.attributes as known_attributes
      from input i left join recipients r on r.phone = i.phone
    ), existing as materialized (
      select known_no as no, was_deleted, tag_nos,
        case when operator_given or was_deleted then operator_no else known_operator_no end as operator_no,
        case when ${batch.timezones !== null}::boolean then timezone else known_timezone end as timezone,
        case when ${batch.attributes !== null}::boolean then attributes::jsonb else known_attributes end as attributes
      from looked_up where known_no is not null
    ), updated as (
      update recipients r set
        operator_changed_at = case when r.operator_no = e.operator_no then r.operator_changed_at else clock_now() end,
        operator_no = e.operator_no, timezone = e.timezone, attributes = e.attributes, deleted_at = null, updated_at = clock_now()
      from existing e
      where r.no = e.no and (r.operator_no <> e.operator_no or r.timezone is distinct from e.timezone or r.attributes <> e.attributes or e.was_deleted)
    ), fresh as materialized (
      select nextval((select pg_get_serial_sequence('recipients', 'no'))::regclass) as no, f.* from
        (select phone, operator_no, timezone, attributes, tag_nos from looked_up where known_no is null order by place) f
    ), inserted as (
      insert into recipients (no, phone, operator_no, timezone, attributes) overriding system value
      select no, phone, operator_no, timezone, coalesce(attributes::jsonb, '{}') from fresh
    )${batch.tags === null ? tx`` : tagged}
    select count(*)::int as created from fresh`;
  return row!.created;
}

/** A row that was not taken. The header is kept in the same way, with the code `header`. */
export interface RejectedRow {
  /** The line of the file it begins on, from 1. */
  line: number;
  code: string;
  cells: string[];
}

export async function insertImportErrors(tx: Tx, importNo: number, rejected: RejectedRow[]): Promise<void> {
  await tx`
    insert into import_errors (import_no, line, code, cells)
    select ${importNo}, (e->>'line')::int, e->>'code', array(select jsonb_array_elements_text(e->'cells'))
    from jsonb_array_elements(${JSON.stringify(rejected)}::text::jsonb) e
    on conflict do nothing`;
}

/** In the order of the file, those after line `after`. */
export function pageImportErrors(sql: Sql | Tx, importNo: number, limit: number, after: number): Promise<RejectedRow[]> {
  return sql<RejectedRow[]>`
    select line, code, cells from import_errors where import_no = ${importNo} and line > ${after} order by line limit ${limit}`;
}
