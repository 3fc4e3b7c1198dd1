import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { migrateDatabase } from "@/db/migrate";
import { startPostgres } from "@/scripts/postgres";
import { Installation } from "./installation";

/**
 * Not a part of `npm test`, for it needs a small file system to fill, such as one made by `mount -t
 * tmpfs -o size=220m tmpfs /mnt/small`: `SMALL_DISK=/mnt/small npm run test:disk`.
 */
const RATE = 200;
const SMALL = ["shared_buffers=32MB"];
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Writes until nothing fits any more. */
function fill(path: string): void {
  const file = openSync(path, "w");
  const block = Buffer.alloc(1 << 20, 1);
  try {
    while (writeSync(file, block) > 0);
  } catch (error) {
    expect((error as { code?: string }).code).toBe("ENOSPC");
  } finally {
    closeSync(file);
  }
}

test("A disk that is full under the database: the worker waits, and when there is room nobody gets it twice, nobody is forgotten, nothing is unknown", async () => {
  const disk = process.env.SMALL_DISK;
  if (!disk) throw new Error("SMALL_DISK names no file system to fill");
  const directory = mkdtempSync(join(disk, "postgres-"));
  // Or another user, whom Postgres runs as, cannot reach it, and it is kept elsewhere.
  chmodSync(directory, 0o755);
  let server = await startPostgres({ directory, settings: SMALL });
  cleanups.push(
    () => rmSync(directory, { recursive: true, force: true }),
    () => server.stop(),
  );
  const port = Number(new URL(server.url).port);
  await migrateDatabase(server.url);
  const it = await Installation.open(server.url);
  cleanups.push(() => it.close());
  it.gateway.latencyMs = () => 20;
  const paced = await it.addOperator(RATE, 3_000);
  await it.addOperator(null, 60_000);
  const worker = await it.processes.startWorker();
  await it.addDispatch();
  await it.untilArrived(3_000);

  const ballast = join(directory, "ballast");
  fill(ballast);
  // It shows as statements that fail, or, where its log is what finds no room, as a Postgres that
  // ends.
  await it.until(() => /No space left|ECONNREFUSED/.test(worker.output()), "the worker is told");
  const before = it.gateway.arrivals.length;
  rmSync(ballast);
  server = await startPostgres({ directory, port, settings: SMALL });

  await it.untilArrived(before + 1);
  await it.until(() => it.isCompleted(), "the dispatch is completed");
  expect(worker.hasEnded(), worker.output()).toBe(false);
  await it.expectHonest();
  expect(await it.tally()).toEqual({ sent: 63_000 });
  await it.expectRateKept(paced, RATE);
}, 300_000);
