import type { Sql } from "./client";
import journal from "./migrations/meta/_journal.json";

/** The newest migration that this code was written for: when it was made, in milliseconds. */
export const knownMigration: number = journal.entries.at(-1)!.when;

/** The newest one that the database has. @throws when it has none */
export async function newestMigration(sql: Sql): Promise<number> {
  const [row] = await sql<{ at: string }[]>`select max(created_at) as at from drizzle.__drizzle_migrations`;
  return Number(row!.at);
}
