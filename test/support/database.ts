import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { inject } from "vitest";

interface OwnDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A database of a test file's own: a clone of the migrated template. */
export function cloneDatabase(): Promise<OwnDatabase> {
  return copy(inject("postgresUrl"));
}

/**
 * A database as it is at this moment, once more. Connections to it are ended, for Postgres copies
 * what nobody uses; pools open new ones.
 */
export async function copyDatabase(databaseUrl: string): Promise<OwnDatabase> {
  await administer(
    databaseUrl,
  )`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${nameIn(databaseUrl)}`;
  return copy(databaseUrl);
}

async function copy(databaseUrl: string): Promise<OwnDatabase> {
  const sql = administer(databaseUrl);
  const name = `test_${randomBytes(8).toString("hex")}`;
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  // As files: to log each page costs several times as much.
  await sql`create database ${sql(name)} template ${sql(nameIn(databaseUrl))} strategy file_copy`;
  return {
    url: url.href,
    drop: async () => void (await sql`drop database if exists ${sql(name)} with (force)`),
  };
}

const nameIn = (databaseUrl: string) => new URL(databaseUrl).pathname.slice(1);

let admin: { host: string; sql: postgres.Sql } | undefined;

/** A connection to the server that outlives the test; it ends by itself when nobody uses it. */
function administer(databaseUrl: string): postgres.Sql {
  const url = new URL(databaseUrl);
  url.pathname = "/postgres";
  if (admin?.host !== url.host)
    admin = { host: url.host, sql: postgres(url.href, { max: 1, idle_timeout: 5, onnotice: () => {} }) };
  return admin.sql;
}
