import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { inject } from "vitest";

interface OwnDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A database of a test file's own: a clone of the migrated template. */
export function cloneDatabase(): Promise<OwnDatabase> {
  return copyDatabase(inject("postgresUrl"));
}

/** A database as it is at this moment, once more. Connections to it are ended, for Postgres copies what nobody uses; pools open new ones. */
export async function copyDatabase(databaseUrl: string): Promise<OwnDatabase> {
  const template = new URL(databaseUrl);
  const name = `test_${randomBytes(8).toString("hex")}`;
  const url = new URL(template);
  url.pathname = `/${name}`;
  const run = async (statement: string) => {
    const admin = new URL(template);
    admin.pathname = "/postgres";
    const sql = postgres(admin.href, { max: 1, onnotice: () => {} });
    try {
      await sql.unsafe(statement);
    } finally {
      await sql.end();
    }
  };
  const original = template.pathname.slice(1);
  await run(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${original}'`);
  await run(`create database ${name} template ${original}`);
  return { url: url.href, drop: () => run(`drop database if exists ${name} with (force)`) };
}
