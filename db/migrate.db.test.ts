import { readMigrationFiles } from "drizzle-orm/migrator";
import postgres, { type Sql } from "postgres";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cloneDatabase } from "@/test/support/database";
import { MIGRATIONS, migrationsWith } from "@/test/support/migrations";
import { migrateDatabase } from "./migrate";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let sql: Sql;
beforeEach(async () => {
  database = await cloneDatabase();
  sql = postgres(database.url, { max: 8, onnotice: () => {} });
});
afterEach(async () => {
  await sql.end({ timeout: 5 });
  await database.drop();
});

/** Waits until it holds; the test's own time-out is the limit. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((done) => setTimeout(done, 10));
}

/** Somebody's transaction that stays open until it is let go. */
async function holdOpen(statement: string): Promise<{ pid: number; letGo: () => Promise<void> }> {
  const connection = postgres(database.url, {
    max: 1,
    onnotice: () => {},
    connection: { application_name: "a long report" },
  });
  let letGo = () => {};
  const pid = await new Promise<number>((held) => {
    void connection
      .begin(async (tx) => {
        await tx.unsafe(statement);
        held((await tx`select pg_backend_pid() as pid`)[0]!.pid);
        await new Promise<void>((done) => {
          letGo = done;
        });
      })
      .catch(() => {});
  });
  return {
    pid,
    async letGo() {
      letGo();
      await connection.end({ timeout: 5 });
    },
  };
}

/** What connections wait for a lock of the table at this moment. */
const waiting = () => sql<{ pid: number; mode: string }[]>`
  select pid, mode from pg_locks where relation = 'operators'::regclass and not granted and database = (select oid from pg_database where datname = current_database())`;
const indexes = () =>
  sql<
    { valid: boolean }[]
  >`select indisvalid as valid from pg_index where indexrelid = to_regclass('operators_by_name')`;
const journal = () =>
  sql<
    { hash: string; at: string }[]
  >`select hash, created_at as at from drizzle.__drizzle_migrations order by created_at`;
const hasColumn = async () =>
  (await sql`select from pg_attribute where attrelid = 'operators'::regclass and attname = 'colour'`)
    .length === 1;

const column = { "9001_colour": "alter table operators add column colour text" };
const index = {
  "9002_by_name":
    "-- carillon: outside a transaction\ncreate index concurrently if not exists operators_by_name on operators (name)",
};
const untilBuilding = () =>
  until(
    async () =>
      (
        await sql`select from pg_stat_progress_create_index where datname = current_database() and phase like 'waiting for%'`
      ).length === 1,
  );

test("What was migrated is noted as Drizzle's own tools note it, and nothing runs twice", async () => {
  const expected = readMigrationFiles({ migrationsFolder: MIGRATIONS }).map(({ hash, folderMillis }) => ({
    hash,
    at: String(folderMillis),
  }));
  expect(await journal()).toEqual(expected);
  await migrateDatabase(database.url);
  expect(await journal()).toEqual(expected);
});

test("A migration that meets a lock lets others pass, and goes through when the lock is let go", async () => {
  const folder = await migrationsWith(column);
  const reader = await holdOpen("select count(*) from operators");
  const said: string[] = [];
  const migrated = migrateDatabase(database.url, {
    folder,
    lockMsMax: 1_000,
    pauseMs: () => 300,
    say: (line) => said.push(line),
  });
  // Whoever comes while the migration waits queues behind it: until it gives up, not until the
  // reader does.
  for (let hasQueued = false; !hasQueued; ) {
    await until(async () => (await waiting()).some(({ mode }) => mode === "AccessExclusiveLock"));
    let hasPassed = false;
    const passed = sql`select name from operators`.then(() => {
      hasPassed = true;
    });
    await until(async () => {
      hasQueued = (await waiting()).some(({ mode }) => mode === "AccessShareLock");
      return hasQueued || hasPassed;
    });
    await passed;
  }
  await until(async () => said.length > 0);
  expect(said[0]).toContain(`9001_colour waits for process ${reader.pid} (a long report`);
  expect(await hasColumn()).toBe(false);
  await reader.letGo();
  await migrated;
  expect(await hasColumn()).toBe(true);
  expect(await journal()).toHaveLength(readMigrationFiles({ migrationsFolder: folder }).length);
});

test("A lock that is never let go ends the migration with the name of who holds it, and changes nothing", async () => {
  const folder = await migrationsWith(column);
  const before = await journal();
  const reader = await holdOpen("select count(*) from operators");
  const migrated = migrateDatabase(database.url, {
    folder,
    lockMsMax: 2_000,
    pauseMs: () => 10,
    triesMax: 2,
  });
  await expect(migrated).rejects.toThrow(
    new RegExp(
      `9001_colour .*process ${reader.pid} \\(a long report, idle in transaction\\): select pg_backend_pid`,
    ),
  );
  expect(await hasColumn()).toBe(false);
  expect(await journal()).toEqual(before);
  await reader.letGo();
});

test("A migration is whole or not at all, and those before one that fails stay", async () => {
  const folder = await migrationsWith({
    ...column,
    "9003_broken":
      "alter table operators add column shape text;\n--> statement-breakpoint\nalter table nowhere add column x text",
  });
  await expect(migrateDatabase(database.url, { folder })).rejects.toThrow(
    'Migration 9003_broken: relation "nowhere" does not exist',
  );
  expect(await hasColumn()).toBe(true);
  expect(
    await sql`select from pg_attribute where attrelid = 'operators'::regclass and attname = 'shape'`,
  ).toHaveLength(0);
  expect(await journal()).toHaveLength(readMigrationFiles({ migrationsFolder: folder }).length - 1);
});

test("An index is built while a writer's transaction is open and others write", async () => {
  const folder = await migrationsWith(index);
  const insert = (code: string) =>
    `insert into operators (id, code, name) values (gen_random_uuid(), '${code}', 'Name')`;
  const writer = await holdOpen(insert("first"));
  const migrated = migrateDatabase(database.url, { folder });
  await untilBuilding();
  // An ordinary build would wait for the writer, and this for the build.
  await sql.unsafe(insert("second"));
  await writer.letGo();
  await migrated;
  expect(await indexes()).toEqual([{ valid: true }]);
  expect(await sql`select from operators`).toHaveLength(2);
  expect((await journal()).at(-1)!.hash).toBe(readMigrationFiles({ migrationsFolder: folder }).at(-1)!.hash);
});

test("An index whose build was cut off is built anew", async () => {
  const folder = await migrationsWith(index);
  const before = await journal();
  const writer = await holdOpen(
    "insert into operators (id, code, name) values (gen_random_uuid(), 'a', 'A')",
  );
  const migrated = migrateDatabase(database.url, { folder });
  migrated.catch(() => {});
  await untilBuilding();
  await sql`select pg_terminate_backend(pid) from pg_stat_progress_create_index where datname = current_database()`;
  await expect(migrated).rejects.toThrow("9002_by_name");
  await writer.letGo();
  expect(await indexes()).toEqual([{ valid: false }]);
  expect(await journal()).toEqual(before);
  await migrateDatabase(database.url, { folder });
  expect(await indexes()).toEqual([{ valid: true }]);
});

test("Two processes that migrate at once do everything once, also while one of them builds an index", async () => {
  const folder = await migrationsWith({ ...index, "9003_colour": column["9001_colour"] });
  const writer = await holdOpen(
    "insert into operators (id, code, name) values (gen_random_uuid(), 'a', 'A')",
  );
  const first = migrateDatabase(database.url, { folder });
  await untilBuilding();
  const second = migrateDatabase(database.url, { folder });
  // A build waits for every statement that began before it, so whoever waited for the other's lock
  // in one would have both wait for ever.
  const asks = () => sql`
    select from pg_stat_activity where datname = current_database() and application_name = 'carillon migration' and query like '%pg_try_advisory_lock%'`;
  await until(async () => (await asks()).length > 0);
  await writer.letGo();
  await Promise.all([first, second]);
  expect(await indexes()).toEqual([{ valid: true }]);
  expect(await hasColumn()).toBe(true);
  expect(await journal()).toHaveLength(readMigrationFiles({ migrationsFolder: folder }).length);
});
