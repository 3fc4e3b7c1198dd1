import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import type { Sql } from "./client";

/** Any number, the same in every process: who holds it migrates, the others wait. */
const MIGRATION_LOCK = 7_424_242;

/** Brings the database up to date. Several processes may call it at once. */
export async function migrateDatabase(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await migrate(drizzle(sql), { migrationsFolder: fileURLToPath(new URL("./migrations", import.meta.url)) });
  } finally {
    await sql.end();
  }
}

/** When the newest migration that the database has was made, in milliseconds. */
export async function lastMigration(sql: Sql): Promise<number> {
  const [row] = await sql<{ at: string }[]>`select max(created_at) as at from drizzle.__drizzle_migrations`;
  return Number(row!.at);
}
