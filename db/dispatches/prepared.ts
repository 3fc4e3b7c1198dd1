import { and, desc, eq, like, ne, sql as raw } from "drizzle-orm";
import { clockNow, isBefore } from "@/db/builder";
import { orm, type Sql, type Tx } from "@/db/client";
import { prepared } from "@/db/schema/dispatches";

export type PreparedKind = "draft" | "template";

/** A draft or a template. */
export interface PreparedRow {
  no: number;
  id: string;
  kind: PreparedKind;
  name: string | null;
  content: string;
  version: number;
  author: string;
  editor: string;
  createdAt: Date;
  updatedAt: Date;
}

/** What is written of one. */
export interface PreparedValues {
  name: string | null;
  folded: string | null;
  content: string;
  search: string;
  editor: string;
}

const columns = {
  no: prepared.no,
  id: prepared.id,
  kind: prepared.kind,
  name: prepared.name,
  content: prepared.content,
  version: prepared.version,
  author: prepared.author,
  editor: prepared.editor,
  createdAt: prepared.createdAt,
  updatedAt: prepared.updatedAt,
};
const isIt = (kind: PreparedKind, id: string) => and(eq(prepared.kind, kind), eq(prepared.id, id));

/**
 * Newest first, those before `before`.
 * @param q in small letters, part of the name or of the text
 */
export const listPrepared = (
  sql: Sql | Tx,
  { kind, q, limit, before }: { kind: PreparedKind; q: string | null; limit: number; before: number | null },
): Promise<PreparedRow[]> =>
  orm(sql)
    .select(columns)
    .from(prepared)
    .where(
      and(
        eq(prepared.kind, kind),
        isBefore(prepared.no, before),
        q === null ? undefined : like(prepared.search, `%${q.replace(/[\\%_]/g, "\\$&")}%`),
      ),
    )
    .orderBy(desc(prepared.no))
    .limit(limit);

export async function findPrepared(
  sql: Sql | Tx,
  kind: PreparedKind,
  id: string,
): Promise<PreparedRow | undefined> {
  const [row] = await orm(sql).select(columns).from(prepared).where(isIt(kind, id));
  return row;
}

/** The row and its lock. */
export async function lockPrepared(tx: Tx, kind: PreparedKind, id: string): Promise<PreparedRow | undefined> {
  const [row] = await orm(tx).select(columns).from(prepared).where(isIt(kind, id)).for("update");
  return row;
}

/** @returns undefined when the id is taken */
export async function insertPrepared(
  tx: Tx,
  values: PreparedValues & { id: string; kind: PreparedKind; author: string },
): Promise<PreparedRow | undefined> {
  const [row] = await orm(tx).insert(prepared).values(values).onConflictDoNothing().returning(columns);
  return row;
}

/**
 * Whether another template than `no` has the name. Whoever asks next waits until this transaction
 * ends.
 */
export async function isFoldedTaken(tx: Tx, folded: string, no: number | null): Promise<boolean> {
  await tx`select pg_advisory_xact_lock(hashtext('carillon.template_names'))`;
  const [row] = await orm(tx)
    .select({ no: prepared.no })
    .from(prepared)
    .where(and(eq(prepared.folded, folded), no === null ? undefined : ne(prepared.no, no)));
  return row !== undefined;
}

/** Writes a new edition; its version rises. */
export async function writePrepared(tx: Tx, no: number, values: PreparedValues): Promise<PreparedRow> {
  const [row] = await orm(tx)
    .update(prepared)
    .set({ ...values, version: raw`${prepared.version} + 1`, updatedAt: clockNow })
    .where(eq(prepared.no, no))
    .returning(columns);
  return row!;
}

export async function deletePrepared(tx: Tx, no: number): Promise<void> {
  await orm(tx).delete(prepared).where(eq(prepared.no, no));
}
