import { PgDatabase, PgDialect } from "drizzle-orm/pg-core";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { type PostgresJsQueryResultHKT, PostgresJsSession } from "drizzle-orm/postgres-js/session";
import postgres from "postgres";
import * as schema from "./schema";

export type Sql = postgres.Sql<{ bigint: string }>;
/** A connection inside a transaction: what `transaction` hands out. */
export type Tx = postgres.TransactionSql<{ bigint: string }>;
export interface Db {
  /** Raw statements: the hot path, and whatever needs a {@link transaction}. */
  sql: Sql;
  /** Typed queries over db/schema. */
  orm: PostgresJsDatabase<typeof schema>;
  close(): Promise<void>;
}

const dialect = new PgDialect({ casing: "snake_case" });

/**
 * Seconds until the next try to connect. The driver's own 20 would leave a database that is back
 * unused for as long.
 */
const reconnectS = (tries: number) => Math.min(1, 0.05 * 2 ** tries) * (0.5 + Math.random() / 2);

/**
 * Opens a pool. `bigint` columns come as decimal strings: message ids exceed 2^53.
 * @param max connections at most
 */
export function openDb(
  url: string,
  { max = 10, name = "carillon" }: { max?: number; name?: string } = {},
): Db {
  const sql = postgres(url, {
    max,
    connect_timeout: 5,
    backoff: reconnectS,
    idle_timeout: 60,
    onnotice: () => {},
    connection: {
      application_name: name,
      statement_timeout: 30_000,
      idle_in_transaction_session_timeout: 30_000,
    },
  }) as Sql;
  return { sql, orm: drizzle(sql, { schema, casing: "snake_case" }), close: () => sql.end({ timeout: 5 }) };
}

/**
 * Does `work` on one connection, in one transaction: all of it is kept when `work` ends, nothing
 * when it throws.
 */
export const transaction = <T>(sql: Sql, work: (tx: Tx) => Promise<T>): Promise<T> =>
  sql.begin(work) as Promise<T>;

/**
 * Drizzle's typed builder over a pool or a transaction, for plain tables: its columns need neither
 * aliases nor casts. Its statements are not prepared: the hot path has SQL of its own.
 */
export const orm = (sql: Sql | Tx): PgDatabase<PostgresJsQueryResultHKT> =>
  new PgDatabase(dialect, new PostgresJsSession(sql as Sql, dialect, undefined), undefined);

/** Reads on one connection, all of one moment. */
export const readSnapshot = <T>(sql: Sql, read: (tx: Tx) => Promise<T>): Promise<T> =>
  sql.begin("isolation level repeatable read read only", read) as Promise<T>;
