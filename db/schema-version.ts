import type { Sql, Tx } from "./client";
import journal from "./migrations/meta/_journal.json";

/** The newest migration that this code was written for: when it was made, in milliseconds. */
export const knownMigration: number = journal.entries.at(-1)!.when;

/**
 * The newest one that the database has, as a value within a statement: a page of a table of some
 * tens of rows.
 */
export const newestMigrationSql = (sql: Sql | Tx) =>
  sql`(select max(created_at) from drizzle.__drizzle_migrations)::float8`;

/** The newest one that the database has. @throws when it has none */
export async function newestMigration(sql: Sql): Promise<number> {
  const [row] = await sql<{ at: number }[]>`select ${newestMigrationSql(sql)} as at`;
  return row!.at;
}
