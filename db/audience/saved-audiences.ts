import type { Sql, Tx } from "@/db/client";
import { iso } from "@/db/sql";
import {
  type ExcludedRow,
  type ExpressionRow,
  expressionSql,
  findExcluded,
  noTerms,
  readTerms,
  type Terms,
} from "./terms";

/** A saved audience as services see it. Instants are ISO. */
export interface AudienceRow {
  no: number;
  id: string;
  name: string;
  version: number;
  createdAt: string;
  updatedAt: string;
  /** Null: it asks for nothing, so that everybody belongs. */
  expression: ExpressionRow | null;
}

const columns = (sql: Sql | Tx) => sql`
  s.no, s.id, s.name, s.version, ${iso(sql, "s.created_at")} as "createdAt",
  ${iso(sql, "s.updated_at")} as "updatedAt", ${expressionSql(sql, "audience")} as expression`;

/** Newest first, those before `before`. */
export function listAudiences(
  sql: Sql | Tx,
  q: string | null,
  limit: number,
  before: number | null,
): Promise<AudienceRow[]> {
  const pattern = q?.replace(/[\\%_]/g, "\\$&");
  return sql<AudienceRow[]>`
    select ${columns(sql)} from audiences s
    where true ${before === null ? sql`` : sql`and s.no < ${before}::bigint`}
      ${pattern === undefined ? sql`` : sql`and s.name ilike '%' || ${pattern}::text || '%'`}
    order by s.no desc limit ${limit}`;
}

export async function findAudience(sql: Sql | Tx, id: string): Promise<AudienceRow | undefined> {
  const [row] = await sql<AudienceRow[]>`
    select ${columns(sql)} from audiences s where s.id = ${id}::uuid`;
  return row;
}

/** The row and its lock. */
export async function lockAudience(tx: Tx, id: string): Promise<AudienceRow | undefined> {
  await tx`select from audiences where id = ${id}::uuid for update`;
  return findAudience(tx, id);
}

/** @returns its number; undefined when the name is taken */
export async function insertAudience(
  tx: Tx,
  { id, name }: { id: string; name: string },
): Promise<number | undefined> {
  const [row] = await tx<{ no: number }[]>`
    insert into audiences (id, name) values (${id}::uuid, ${name})
    on conflict (name) do nothing returning no`;
  return row?.no;
}

/** A new edition. @returns false when the name is another's */
export async function updateAudience(tx: Tx, no: number, name: string): Promise<boolean> {
  const done = await tx`
    update audiences set name = ${name}, version = version + 1, updated_at = clock_now()
    where no = ${no} and not exists (select from audiences o where o.name = ${name} and o.no <> ${no})`;
  return done.count === 1;
}

/** With its terms. Dispatches that were made by it have terms of their own. */
export async function deleteAudience(tx: Tx, no: number): Promise<void> {
  await tx`delete from audiences where no = ${no}`;
}

/**
 * What a saved audience asks for now.
 * @param hold what it refers to stays until the transaction ends
 */
export async function findAudienceTerms(
  sql: Sql | Tx,
  id: string,
  hold: boolean,
): Promise<{ terms: Terms; excluded: ExcludedRow[] } | undefined> {
  // Its terms hold what they refer to; the row is held so that they do not change meanwhile.
  const [row] = await sql<{ no: number }[]>`
    select no from audiences where id = ${id}::uuid ${hold ? sql`for share` : sql``}`;
  if (!row) return undefined;
  const terms = (await readTerms(sql, { audienceNo: row.no })) ?? noTerms;
  return { terms, excluded: await findExcluded(sql, terms.excluded, hold) };
}
