import type { Sql, Tx } from "@/db/client";

export interface ImportCounts {
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  /** Rows that the first one of the same number has taken in. */
  merged: number;
  rejected: number;
  /** Rows that were taken in spite of something. */
  warned: number;
  /** People who could be written to before. */
  optedOut: number;
  undone: number;
  kept: number;
}

export type ImportStage = "receiving" | "reading" | "applying" | "undoing";

export interface ImportRow extends ImportCounts {
  no: number;
  id: string;
  status: "running" | "reviewed" | "completed" | "failed" | "undone";
  /** Of a running one. */
  stage: ImportStage | null;
  /** Somebody works on it. A running one on which nobody works waits in line. */
  isWorkedOn: boolean;
  kind: "recipients" | "opt_outs" | "number_ranges";
  options: unknown;
  found: unknown;
  isDryRun: boolean;
  /** The last line that has been applied, or undone. */
  cursor: number;
  /** A code, then perhaps the line of the file it is about: `too_many_new_tags 17`. */
  error: string | null;
  actor: string;
  fileName: string | null;
  createdAt: Date;
  finishedAt: Date | null;
}

type Raw = Omit<ImportRow, "createdAt" | "finishedAt"> & { createdAt: string; finishedAt: string | null };

const columns = (sql: Sql | Tx) => sql`
  no, id, status, stage, lease_until > clock_now() is true as "isWorkedOn", kind, options, found,
  is_dry_run as "isDryRun", cursor, rows, created, updated, unchanged, merged, rejected, warned,
  opted_out as "optedOut", undone, kept, error, actor, file_name as "fileName",
  created_at as "createdAt", finished_at as "finishedAt"`;

const fromRaw = (raw: Raw): ImportRow => ({
  ...raw,
  createdAt: new Date(raw.createdAt),
  finishedAt: raw.finishedAt === null ? null : new Date(raw.finishedAt),
});

/** A process holds an import for so long after each sign of life; then another may go on. */
const LEASE = "60 seconds";

export async function insertImport(
  sql: Sql | Tx,
  values: {
    id: string;
    token: string;
    actor: string;
    fileName: string | null;
    kind: ImportRow["kind"];
    options: unknown;
    isDryRun: boolean;
  },
): Promise<ImportRow> {
  const { id, token, actor, fileName, kind, options, isDryRun } = values;
  const [row] = await sql<Raw[]>`
    insert into imports (id, status, stage, token, lease_until, actor, file_name, kind, options, is_dry_run,
      created_at, updated_at)
    values (${id}, 'running', 'receiving', ${token}, clock_now() + ${LEASE}::interval, ${actor}, ${fileName},
      ${kind}, ${JSON.stringify(options)}::text::jsonb, ${isDryRun}, clock_now(), clock_now())
    returning ${columns(sql)}`;
  return fromRaw(row!);
}

/**
 * The next bytes of the file, and a sign of life. @returns false when the import is no longer its
 * receiver's
 */
export async function addPart(
  sql: Sql,
  no: number,
  token: string,
  part: number,
  bytes: Uint8Array,
): Promise<boolean> {
  // The driver's own way of sending bytes copies them twice and makes twice as much text of them.
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
  const done = await sql`
    with mine as (
      update imports set lease_until = clock_now() + ${LEASE}::interval, updated_at = clock_now()
      where no = ${no} and token = ${token} and stage = 'receiving' returning no
    )

    insert into import_parts (import_no, part, bytes)
    select no, ${part}, decode(${base64}, 'base64') from mine`;
  return done.count === 1;
}

export async function readPart(sql: Sql, no: number, part: number): Promise<Uint8Array | undefined> {
  const [row] = await sql<{ base64: string }[]>`
    select encode(bytes, 'base64') as base64 from import_parts where import_no = ${no} and part = ${part}`;
  return row && Buffer.from(row.base64, "base64");
}

export async function deleteParts(sql: Sql | Tx, no: number): Promise<void> {
  await sql`delete from import_parts where import_no = ${no}`;
}

/** A file that broke off, or that nobody can read: as if it had never come. */
export async function deleteImport(sql: Sql | Tx, no: number): Promise<void> {
  await sql`delete from imports where no = ${no}`;
}

/** Loads of number ranges are imports of another kind, with screens and calls of their own. */
type Kinds = "people" | "ranges";
const isOf = (sql: Sql | Tx, of: Kinds) => sql`(kind = 'number_ranges') = ${of === "ranges"}::boolean`;

export async function findImport(
  sql: Sql | Tx,
  id: string,
  isLocked = false,
  of: Kinds = "people",
): Promise<ImportRow | undefined> {
  const [row] = await sql<Raw[]>`
    select ${columns(sql)} from imports where id = ${id} and ${isOf(sql, of)}
    ${isLocked ? sql`for update` : sql``}`;
  return row && fromRaw(row);
}

/** Newest first, those before `before`. */
export async function listImports(
  sql: Sql | Tx,
  limit: number,
  before: number | null,
  of: Kinds = "people",
): Promise<ImportRow[]> {
  const rows = await sql<Raw[]>`
    select ${columns(sql)} from imports
    where ${isOf(sql, of)} and (${before}::bigint is null or no < ${before}::bigint)
    order by no desc limit ${limit}`;
  return rows.map(fromRaw);
}

/**
 * Puts an import in line, for the next process that works on imports.
 * @param found what the file turned out to be; null: as it is
 * @returns false when it is not in the state that this begins in
 */
export async function enqueueImport(
  tx: Sql | Tx,
  no: number,
  from: ImportRow["status"],
  stage: ImportStage,
  found: unknown = null,
): Promise<boolean> {
  const done = await tx`
    update imports set status = 'running', stage = ${stage}, token = null, lease_until = null, cursor = 0,
      finished_at = null,
      found = coalesce(${found === null ? null : JSON.stringify(found)}::text::jsonb, found),
      updated_at = clock_now()
    where no = ${no} and status = ${from}`;
  return done.count === 1;
}

/**
 * Takes up the import that has waited longest, unless as many as may be are worked on already. One
 * whose worker is gone is taken up again.
 */
export async function takeImport(tx: Tx, token: string, atOnce: number): Promise<ImportRow | undefined> {
  await tx`select pg_advisory_xact_lock(hashtext('carillon.take_import'))`;
  const [row] = await tx<Raw[]>`
    update imports set token = ${token}, lease_until = clock_now() + ${LEASE}::interval,
      updated_at = clock_now()
    where no = (
      select no from imports
      where status = 'running' and stage <> 'receiving' and (lease_until is null or lease_until < clock_now())
      order by no limit 1
    ) and (
      select count(*) from imports
      where status = 'running' and stage <> 'receiving' and lease_until >= clock_now()
    ) < ${atOnce}
    returning ${columns(tx)}`;
  return row && fromRaw(row);
}

/**
 * Adds a batch to the figures, which is also the sign of life. @returns false when somebody else
 * has taken the import up
 */
export async function advanceImport(
  tx: Sql | Tx,
  no: number,
  token: string,
  add: Partial<ImportCounts> = {},
  cursor: number | null = null,
): Promise<boolean> {
  const of = (key: keyof ImportCounts) => add[key] ?? 0;
  const done = await tx`
    update imports set rows = rows + ${of("rows")},
      created = created + ${of("created")}, updated = updated + ${of("updated")},
      unchanged = unchanged + ${of("unchanged")}, merged = merged + ${of("merged")},
      rejected = rejected + ${of("rejected")}, warned = warned + ${of("warned")},
      opted_out = opted_out + ${of("optedOut")},
      undone = undone + ${of("undone")}, kept = kept + ${of("kept")},
      cursor = coalesce(${cursor}, cursor), lease_until = clock_now() + ${LEASE}::interval,
      updated_at = clock_now()
    where no = ${no} and token = ${token} and status = 'running'`;
  return done.count === 1;
}

/** Begins to read from the first line: what an interrupted reading has left is gone. */
export async function restartReading(tx: Tx, no: number, token: string): Promise<boolean> {
  const done = await tx`
    update imports set rows = 0, merged = 0, rejected = 0, warned = 0,
      lease_until = clock_now() + ${LEASE}::interval
    where no = ${no} and token = ${token} and status = 'running'`;
  return done.count === 1;
}

/** Goes on with another stage. @param found what is known of the file now */
export async function nextStage(
  tx: Tx,
  no: number,
  token: string,
  stage: ImportStage,
  found: unknown,
): Promise<boolean> {
  const done = await tx`
    update imports set stage = ${stage}, cursor = 0, found = ${JSON.stringify(found)}::text::jsonb,
      updated_at = clock_now()
    where no = ${no} and token = ${token} and status = 'running'`;
  return done.count === 1;
}

/** @returns the import as it ended, or undefined when it is somebody else's by now */
export async function finishImport(
  tx: Tx,
  no: number,
  token: string,
  status: Exclude<ImportRow["status"], "running">,
  error: string | null,
  found: unknown = null,
): Promise<ImportRow | undefined> {
  const [row] = await tx<Raw[]>`
    update imports set status = ${status}, stage = null, error = ${error}, token = null, lease_until = null,
      found = coalesce(${found === null ? null : JSON.stringify(found)}::text::jsonb, found),
      finished_at = clock_now(), updated_at = clock_now()
    where no = ${no} and token = ${token} and status = 'running' returning ${columns(tx)}`;
  return row && fromRaw(row);
}

/**
 * Ends imports whose file stopped coming: the process that received it is gone. Those of versions
 * before stages, too.
 */
export async function failBrokenUploads(tx: Tx): Promise<ImportRow[]> {
  const rows = await tx<Raw[]>`
    with broken as (
      update imports set status = 'failed', stage = null, error = 'interrupted', token = null,
        finished_at = clock_now(), updated_at = clock_now()
      where status = 'running' and (stage is null or stage = 'receiving')
        and updated_at < clock_now() - ${LEASE}::interval
      returning *
    ),

    gone as (delete from import_parts p using broken b where p.import_no = b.no)
    select ${columns(tx)} from broken`;
  return rows.map(fromRaw);
}

/**
 * One batch at a time, over all processes: two that touch the same numbers in another order would
 * wait for each other for ever.
 */
export async function lockBatch(tx: Tx): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext('carillon.import_batch'))`;
}
