import { createReadStream } from "node:fs";
import { open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Db, openDb } from "@/db/client";
import { findDispatch, listDispatches } from "@/db/dispatches/dispatches";
import { importStartQuerySchema } from "@/lib/contract/audience/import";
import { awaitImport } from "@/lib/services/audience/import/get-import";
import { startImport } from "@/lib/services/audience/import/start-import";
import { type Context, systemActor } from "@/lib/services/context";
import { median } from "./setup";

const contextOf = (db: Db): Context => ({
  db,
  now: () => new Date(),
  actor: systemActor("bench"),
  announce: async () => {},
});

/**
 * Milliseconds of reading one dispatch and a page of 50: the statements that `GET` is made of, over
 * a connection.
 */
export async function timeReads({ sql }: Db, rounds: number): Promise<{ oneMs: number; listMs: number }> {
  const [row] = await sql<{ id: string }[]>`select id from dispatches order by no desc limit 1`;
  const [one, list]: [number[], number[]] = [[], []];
  for (let i = 0; i < rounds; i++) {
    const t0 = performance.now();
    await findDispatch(sql, row!.id);
    const t1 = performance.now();
    await listDispatches(sql, { statuses: null, q: null }, { by: "created", isDescending: true }, 50, null);
    one.push(t1 - t0);
    list.push(performance.now() - t1);
  }
  return { oneMs: median(one), listMs: median(list) };
}

/** A file of so many recipients: phone, operator, tag and an attribute. @returns its path */
export async function writeRecipients(rows: number): Promise<string> {
  const path = join(tmpdir(), `carillon-bench-${process.pid}.csv`);
  const file = await open(path, "w");
  await file.write("phone,operator,tags,city\n");
  for (let from = 0; from < rows; from += 10_000) {
    const lines = Array.from(
      { length: Math.min(10_000, rows - from) },
      (_, i) => `+7${9_100_000_000 + from + i},op0,tag${(from + i) % 5},Moscow\n`,
    );
    await file.write(lines.join(""));
  }
  await file.close();
  return path;
}

/** Seconds of importing the file, and how many MB the process grew by while it did. */
export async function importFile(db: Db, path: string): Promise<{ seconds: number; grownMb: number }> {
  global.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 100);
  const startedMs = performance.now();
  const ctx = contextOf(db);
  const { id } = await startImport(ctx, createReadStream(path), importStartQuerySchema.parse({}), "RU");
  await awaitImport(ctx, id);
  const seconds = (performance.now() - startedMs) / 1000;
  clearInterval(watch);
  const [row] = await db.sql<
    { status: string; created: number }[]
  >`select status, created from imports order by no desc limit 1`;
  if (row!.status !== "completed") throw new Error(`the import ${row!.status}`);
  return { seconds, grownMb: (most - before) / 2 ** 20 };
}

/**
 * Seconds of copying the same file into a table of the same columns, without a key, or with those
 * that a recipient's number, phone and operator have.
 */
export async function copyFile({ sql }: Db, path: string, keys: "none" | "keyed" = "none"): Promise<number> {
  await sql`drop table if exists bare_copy`;
  if (keys === "none") await sql`create table bare_copy (phone text, operator text, tags text, city text)`;
  else {
    await sql`create table bare_copy (no bigint generated always as identity primary key, phone text unique, operator text, tags text, city text)`;
    await sql`create index on bare_copy (operator, no)`;
  }
  const startedMs = performance.now();
  const copying =
    await sql`copy bare_copy (phone, operator, tags, city) from stdin with (format csv, header true)`.writable();
  await pipeline(createReadStream(path), copying);
  return (performance.now() - startedMs) / 1000;
}

export const removeFile = (path: string) => rm(path, { force: true });

/**
 * Milliseconds of each of so many creates, one after another. They start tomorrow. @param post
 * sends the body of one
 */
export async function timeCreates(post: (body: string) => Promise<void>, count: number): Promise<number[]> {
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  const took: number[] = [];
  for (let i = 0; i < count; i++) {
    const body = {
      timezone: "UTC",
      start_datetime: at(86_400_000),
      end_datetime: at(90_000_000),
      message_text: `Hello ${i}`,
    };
    const t0 = performance.now();
    await post(JSON.stringify(body));
    took.push(performance.now() - t0);
  }
  return took;
}

/**
 * Holds a transaction open that has seen the database as it is now, until the returned function is
 * called.
 */
export async function holdSnapshot(url: string): Promise<() => Promise<void>> {
  const db = openDb(url, { max: 1, name: "bench snapshot" });
  let end = () => {};
  const ended = new Promise<void>((done) => {
    end = done;
  });
  const begun = new Promise<void>((ready, fail) => {
    db.sql
      .begin("isolation level repeatable read", async (tx) => {
        await tx`set local idle_in_transaction_session_timeout = 0`;
        await tx`select count(*) from messages`;
        ready();
        await ended;
      })
      .catch(fail);
  });
  await begun;
  return async () => {
    end();
    await db.close();
  };
}
