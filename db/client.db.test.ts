import postgres from "postgres";
import { afterEach, beforeEach, expect, test } from "vitest";
import { insertTag, listTags } from "@/db/audience/tags";
import { cloneDatabase } from "@/test/support/database";
import { type Db, openDb, orm, type Tx, transaction } from "./client";
import { tags } from "./schema";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
/** One connection, so that whoever comes next has the one that was lost. */
let db: Db;
let other: Db;
beforeEach(async () => {
  database = await cloneDatabase();
  db = openDb(database.url, { max: 1 });
  other = openDb(database.url, { max: 1 });
});
afterEach(async () => {
  await Promise.all([db.close(), other.close()]);
  await database.drop();
});

/** Takes the transaction's connection away, and returns when the driver knows it. */
async function lose(tx: Tx): Promise<void> {
  const [row] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
  await other.sql`select pg_terminate_backend(${row!.pid}, 5000)`;
  await tx`select 'on a connection that is gone'`.catch(() => {});
  await new Promise((done) => setImmediate(() => setImmediate(done)));
}

// All fail with the driver as it is published: see docs/decisions/0009-patched-driver.md.
test("A connection that is lost under a transaction costs that transaction alone: neither the process nor the pool", async () => {
  for (const _ of [1, 2, 3]) {
    const lost = db.sql.begin(async (tx) => {
      await lose(tx);
      // Its rollback has no connection to go to.
      throw new Error("something else");
    });
    await expect(lost).rejects.toThrow();
    expect(await db.sql`select 1 as one`).toEqual([{ one: 1 }]);
  }
});

test("The error that ended a connection is not told to whoever has its place in the pool next", async () => {
  const [row] = await db.sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const underWay = expect(db.sql`select pg_sleep(60)`).rejects.toThrow();
  await other.sql`select pg_terminate_backend(${row!.pid}, 5000)`;
  await underWay;
  expect(await db.sql`select 1 as one`).toEqual([{ one: 1 }]);
});

test("What a transaction asks after it has lost its connection is not done outside of it", async () => {
  let asked!: (answer: Promise<unknown>) => void;
  const late = new Promise<unknown>((done) => {
    asked = done;
  });
  const lost = db.sql.begin(async (tx) => {
    await lose(tx);
    // The pool has opened the connection again, for somebody else.
    await db.sql`select 1`;
    asked(tx`insert into tags (id, name) values (gen_random_uuid(), 'late')`.then());
  });
  await expect(lost).rejects.toThrow();
  await expect(late).rejects.toThrow();
  expect(await db.sql`select from tags`).toHaveLength(0);
});

test("A connection that ends under the driver's own first question fails whoever asked for it, and rejects nothing that nobody awaits", async () => {
  let ended: Promise<void> | undefined;
  const sql: postgres.Sql = postgres(database.url, {
    max: 1,
    debug: (_, query) => {
      if (query.includes("pg_catalog.pg_type")) setImmediate(() => (ended = sql.end({ timeout: 0 })));
    },
  });
  const rejected: unknown[] = [];
  const note = (error: unknown) => rejected.push(error);
  process.on("unhandledRejection", note);
  await expect(sql`select 1`).rejects.toThrow(/CONNECTION_/);
  await ended;
  await new Promise((done) => setImmediate(done));
  process.off("unhandledRejection", note);
  expect(rejected).toEqual([]);
});

test("The builder and plain SQL of a transaction share its connection: what either wrote goes when it throws", async () => {
  const tag = (name: string) => ({ id: crypto.randomUUID(), name });
  const write = async (tx: Tx) => {
    await insertTag(tx, tag("by the builder"));
    await tx`insert into tags (id, name) values (gen_random_uuid(), 'by hand')`;
    return (await orm(tx).select({ name: tags.name }).from(tags).orderBy(tags.no)).map((row) => row.name);
  };
  const undone = transaction(db.sql, async (tx) => {
    expect(await write(tx)).toEqual(["by the builder", "by hand"]);
    throw new Error("undo");
  });
  await expect(undone).rejects.toThrow("undo");
  expect(await listTags(db.sql, 10, null)).toEqual([]);
  expect(await transaction(db.sql, write)).toEqual(["by the builder", "by hand"]);
  expect(await listTags(db.sql, 10, null)).toHaveLength(2);
});
