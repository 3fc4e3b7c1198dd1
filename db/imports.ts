import type { Sql, Tx } from "./client";

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
  createdAt: Date;
  finishedAt: Date | null;
}

type Raw = Omit<ImportRow, "createdAt" | "finishedAt"> & { createdAt: string; finishedAt: string | null };

const columns = (sql: Sql | Tx) => sql`
  no, id, status, rows, created, updated, rejected, error, created_at as "createdAt", finished_at as "finishedAt"`;

const fromRaw = (raw: Raw): ImportRow => ({
  ...raw,
  createdAt: new Date(raw.createdAt),
  finishedAt: raw.finishedAt === null ? null : new Date(raw.finishedAt),
});

export async function insertImport(tx: Tx, id: string, actor: string): Promise<ImportRow> {
  const [row] = await tx<Raw[]>`
    insert into imports (id, status, actor, created_at, updated_at) values (${id}, 'running', ${actor}, clock_now(), clock_now())
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
}

export interface StoredRow {
  no: number;
  created: boolean;
}

/**
 * Brings recipients to what the rows say. Columns that are null stay as they are. Rows that exist are updated, never inserted over: an INSERT that meets
 * a conflict takes an identity with it. New ones are numbered in the order of the file. Nothing here opts anybody in, and a row that would not change is not written.
 * @returns number and origin of every phone of the batch
 */
export async function storeBatch(tx: Tx, batch: BatchColumns): Promise<Map<string, StoredRow>> {
  const none = batch.phones.map(() => null);
  const stored = await tx<{ phone: string; no: string; created: boolean }[]>`
    with input as materialized (
      select * from unnest(
        ${batch.phones}::text[], ${batch.operatorNos}::int[], ${batch.operatorGiven}::int[],
        ${batch.timezones ?? none}::text[], ${batch.attributes ?? none}::text[]
      ) with ordinality as i(phone, operator_no, operator_given, timezone, attributes, place)
    ), existing as materialized (
      select r.no, r.phone, r.deleted_at is not null as deleted,
        case when i.operator_given = 1 or r.deleted_at is not null then i.operator_no else r.operator_no end as operator_no,
        case when ${batch.timezones !== null}::boolean then i.timezone else r.timezone end as timezone,
        case when ${batch.attributes !== null}::boolean then i.attributes::jsonb else r.attributes end as attributes
      from input i join recipients r on r.phone = i.phone
    ), updated as (
      update recipients r set
        operator_changed_at = case when r.operator_no = e.operator_no then r.operator_changed_at else clock_now() end,
        operator_no = e.operator_no, timezone = e.timezone, attributes = e.attributes, deleted_at = null, updated_at = clock_now()
      from existing e
      where r.no = e.no and (r.operator_no <> e.operator_no or r.timezone is distinct from e.timezone or r.attributes <> e.attributes or e.deleted)
    ), inserted as (
      insert into recipients (phone, operator_no, timezone, attributes)
      select i.phone, i.operator_no, i.timezone, coalesce(i.attributes::jsonb, '{}') from input i
      where not exists (select from recipients r where r.phone = i.phone)
      order by i.place
      returning no, phone
    )
    select phone, no, true as created from inserted
    union all
    select phone, no, false from existing`;
  return new Map(stored.map((row) => [row.phone, { no: Number(row.no), created: row.created }]));
}

/**
 * Makes the tags of a batch exactly those pairs.
 * @param existingNos recipients of the batch that may carry other tags
 */
export async function storeBatchTags(tx: Tx, existingNos: number[], tagNos: number[], recipientNos: number[]): Promise<void> {
  if (existingNos.length > 0)
    await tx`
      with pairs as materialized (select * from unnest(${tagNos}::int[], ${recipientNos}::bigint[]) as p(tag_no, recipient_no))
      delete from recipient_tags rt
      where rt.recipient_no = any(${existingNos}::bigint[])
        and not exists (select from pairs p where p.tag_no = rt.tag_no and p.recipient_no = rt.recipient_no)`;
  if (tagNos.length > 0)
    await tx`
      insert into recipient_tags (tag_no, recipient_no)
      select * from unnest(${tagNos}::int[], ${recipientNos}::bigint[]) as p(tag_no, recipient_no) order by 1, 2
      on conflict do nothing`;
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
