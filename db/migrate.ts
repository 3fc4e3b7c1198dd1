import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { readMigrationFiles } from "drizzle-orm/migrator";
import postgres, { type Sql, type TransactionSql } from "postgres";
import { DatabaseError, databaseErrorCode, isDeadlock } from "@/lib/common/database-errors";

/**
 * Brings a database up to date. Only scripts and tests import it: it reads files that no bundle
 * has.
 */

/** The advisory lock of migrations: the process that holds it migrates, the others wait. */
const MIGRATION_LOCK = 7_424_242;
/**
 * A migration that waits for a table's lock makes all other statements wait behind it: no longer
 * than this.
 */
const LOCK_MS_MAX = 2_000;
/** About six minutes with their pauses. */
const TRIES_MAX = 15;
const PAUSE_MS_MIN = 500;
const PAUSE_MS_MAX = 30_000;
/**
 * How often a process asks for the lock of migrations. It asks and does not wait: building an index
 * concurrently waits for every waiting statement.
 */
const ASK_MS = 200;
/**
 * The first line of a migration whose statements run one by one, outside of a transaction. Each may
 * be cut off and must bear to be repeated.
 */
const OUTSIDE = "-- carillon: outside a transaction";

export interface MigrateOptions {
  /**
   * Where the migrations are: beside this file or its bundle, else in db/migrations of the folder
   * one is in.
   */
  folder?: string;
  /** Called with what a migration waits for. */
  say?: (line: string) => void;
  lockMsMax?: number;
  triesMax?: number;
  /** How long to leave a table alone after a try in vain. */
  pauseMs?: (tries: number) => number;
}

interface Migration {
  name: string;
  statements: string[];
  hash: string;
  /** When it was made, in milliseconds: what orders migrations, and what Drizzle knows them by. */
  madeAt: number;
}

/**
 * Runs the migrations that the database does not have yet, each in a transaction of its own or
 * outside of any, and notes them where Drizzle's own tools do. Several processes may call it at
 * once. A lock that does not come soon is let go and asked for again, so that a long reader never
 * makes everybody else wait.
 * @throws when a migration fails, or somebody keeps its table locked for minutes: the error names
 * who
 */
export async function migrateDatabase(url: string, options: MigrateOptions = {}): Promise<void> {
  const { folder = migrationsFolder(), say = () => {} } = options;
  const migrations = readMigrations(folder);
  const sql = connect(url);
  const other = connect(url);
  try {
    if (!(await hasJournal(sql))) await withLock(sql, () => makeJournal(sql));
    const newest = await newestApplied(sql);
    for (const migration of migrations)
      if (migration.madeAt > newest) await apply(sql, other, migration, { ...options, say });
    if (newest > migrations.at(-1)!.madeAt)
      say(
        "The database was migrated by a newer version of Carillon: workers of this one claim nothing (docs/operations.md, Upgrade).",
      );
  } finally {
    await Promise.all([sql.end({ timeout: 5 }), other.end({ timeout: 5 })]);
  }
}

function migrationsFolder(): string {
  const beside = fileURLToPath(new URL("./migrations", import.meta.url));
  return existsSync(beside) ? beside : join(process.cwd(), "db", "migrations");
}

function readMigrations(folder: string): Migration[] {
  const journal = JSON.parse(readFileSync(join(folder, "meta", "_journal.json"), "utf8")) as {
    entries: { tag: string }[];
  };
  return readMigrationFiles({ migrationsFolder: folder }).map(({ sql, hash, folderMillis }, i) => ({
    name: journal.entries[i]!.tag,
    statements: sql,
    hash,
    madeAt: folderMillis,
  }));
}

/** One connection, with no time-outs but those that are set here. */
const connect = (url: string) =>
  postgres(url, {
    max: 1,
    onnotice: () => {},
    connection: { application_name: "carillon migration", statement_timeout: 0, lock_timeout: 0 },
  });

async function hasJournal(sql: Sql): Promise<boolean> {
  return (await sql`select to_regclass('drizzle.__drizzle_migrations') as journal`)[0]!.journal !== null;
}

/** The table that Drizzle's own migrator keeps, as it makes it. */
async function makeJournal(sql: Sql): Promise<void> {
  await sql`create schema if not exists drizzle`;
  await sql`
    create table if not exists drizzle.__drizzle_migrations (
      id serial primary key, hash text not null, created_at bigint
    )`;
}

async function newestApplied(sql: Sql): Promise<number> {
  const [row] = await sql<
    { at: string | null }[]
  >`select max(created_at) as at from drizzle.__drizzle_migrations`;
  return Number(row!.at ?? 0);
}

async function note(sql: Sql | TransactionSql, { hash, madeAt }: Migration): Promise<void> {
  await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${madeAt})`;
}

/**
 * Does the work while this connection holds the lock of migrations. The lock goes with the
 * connection, however that ends.
 */
async function withLock<T>(sql: Sql, work: () => Promise<T>): Promise<T> {
  while (!(await sql`select pg_try_advisory_lock(${MIGRATION_LOCK}) as held`)[0]!.held) await sleep(ASK_MS);
  try {
    return await work();
  } finally {
    // Where the connection is lost, so is the lock.
    await sql`select pg_advisory_unlock(${MIGRATION_LOCK})`.catch(() => {});
  }
}

async function apply(
  sql: Sql,
  other: Sql,
  migration: Migration,
  options: MigrateOptions & { say: (line: string) => void },
): Promise<void> {
  const { say, lockMsMax = LOCK_MS_MAX, triesMax = TRIES_MAX, pauseMs = backoffMs } = options;
  const attempt = async () => {
    if ((await newestApplied(sql)) >= migration.madeAt) return;
    if (migration.statements[0]!.startsWith(OUTSIDE)) await runOutside(sql, migration);
    else await runInside(sql, migration, lockMsMax);
  };
  for (let tries = 1; ; tries++) {
    const watch = watchBlockers(other, await backendOf(sql), lockMsMax / 4, (who) =>
      say(`Migration ${migration.name} waits for ${who}`),
    );
    try {
      return await withLock(sql, attempt);
    } catch (error) {
      if (!isDeadlock(error) && databaseErrorCode(error) !== DatabaseError.lockNotAvailable)
        throw new Error(`Migration ${migration.name}: ${(error as Error).message}`, { cause: error });
      if (tries >= triesMax) {
        const who = watch.seen() ?? "somebody who was gone before it could be asked who";
        throw new Error(`Migration ${migration.name} cannot lock what it changes; it was held by ${who}`, {
          cause: error,
        });
      }
    } finally {
      await watch.stop();
    }
    // Statements that queued behind it go on meanwhile; the lock of migrations is free.
    await sleep(pauseMs(tries));
  }
}

const backoffMs = (tries: number) =>
  Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** (tries - 1)) * (0.5 + Math.random() / 2);

async function runInside(sql: Sql, migration: Migration, lockMsMax: number): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`select set_config('lock_timeout', ${`${lockMsMax}ms`}, true)`;
    for (const statement of migration.statements) await tx.unsafe(statement);
    await note(tx, migration);
  });
}

const CONCURRENT_INDEX = /create\s+(?:unique\s+)?index\s+concurrently\s+if\s+not\s+exists\s+("?)([^"\s]+)\1/i;

async function runOutside(sql: Sql, migration: Migration): Promise<void> {
  for (const statement of migration.statements) {
    const name = CONCURRENT_INDEX.exec(statement)?.[2];
    if (name !== undefined) {
      // What a build that was cut off leaves behind has the name, and is no index.
      const [left] =
        await sql`select from pg_index where indexrelid = to_regclass(${`"${name}"`}) and not indisvalid`;
      if (left) await sql.unsafe(`drop index concurrently "${name}"`);
    }
    await sql.unsafe(statement);
  }
  await note(sql, migration);
}

async function backendOf(sql: Sql): Promise<number> {
  return (await sql<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]!.pid;
}

/**
 * Looks again and again which sessions a connection waits for.
 * @param say called once with each session
 */
function watchBlockers(other: Sql, pid: number, everyMs: number, say: (who: string) => void) {
  const stopped = new AbortController();
  const told = new Set<string>();
  const look = async () => {
    while (!stopped.signal.aborted) {
      await sleep(everyMs, undefined, { signal: stopped.signal }).catch(() => {});
      if (stopped.signal.aborted) return;
      const found = await other<{ pid: number; name: string; state: string; ageS: number; query: string }[]>`
        select pid, application_name as name, coalesce(state, '') as state,
          coalesce(extract(epoch from clock_timestamp() - xact_start), 0)::int as "ageS",
          left(query, 200) as query
        from pg_stat_activity where pid = any(pg_blocking_pids(${pid}))`.catch(() => []);
      for (const { pid, name, state, ageS, query } of found) {
        const who = `process ${pid} (${name || "no name"}, ${state})`;
        if (!told.has(who)) say(`${who}, whose transaction is ${ageS} s old: ${query}`);
        told.add(who);
        last = `${who}: ${query}`;
      }
    }
  };
  let last: string | undefined;
  const done = look();
  return {
    seen: () => last,
    async stop() {
      stopped.abort();
      await done;
    },
  };
}
