import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { migrateDatabase } from "@/db/migrate";
import { startPostgres } from "@/scripts/postgres";
import { cloneDatabase } from "@/test/database";
import { Installation } from "./installation";

const RATE = 100;

let cleanups: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  cleanups = [];
});
afterEach(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

async function open(settings?: Parameters<typeof Installation.open>[1]): Promise<Installation> {
  const database = await cloneDatabase();
  const it = await Installation.open(database.url, settings);
  cleanups.push(database.drop, () => it.close());
  return it;
}

test("Postgres restarted every few seconds: the worker lives, nobody gets it twice, nothing is unknown", async () => {
  const directory = await mkdtemp(join(tmpdir(), "carillon-restart-"));
  await chmod(directory, 0o755);
  let server = await startPostgres({ directory });
  const port = Number(new URL(server.url).port);
  cleanups.push(
    () => rm(directory, { recursive: true, force: true }),
    () => server.stop(),
  );
  await migrateDatabase(server.url);
  const it = await Installation.open(server.url, { timeoutMs: 10_000 });
  cleanups.push(() => it.close());
  it.gateway.latencyMs = () => 300;
  const paced = await it.addOperator(RATE, 700);
  await it.addOperator(null, 1500);
  const worker = await it.workers.start();
  await it.addDispatch();
  const awayMs: number[] = [];
  for (const count of [200, 500, 800, 1100]) {
    await it.untilArrived(count, 60_000);
    await server.stop();
    await new Promise((done) => setTimeout(done, 1500));
    // Without a fresh look at the lane nothing is handed over: all that still goes is what the last look allowed.
    const stillMs = Date.now();
    server = await startPostgres({ directory, port });
    expect(it.gateway.arrivals.filter((a) => a.atMs > stillMs - 500 && a.atMs < stillMs)).toEqual([]);
    const backMs = Date.now();
    const before = it.gateway.arrivals.length;
    expect(before).toBeLessThan(2200);
    await it.untilArrived(before + 1, 60_000);
    awayMs.push(Date.now() - backMs);
  }
  await it.until(() => it.isCompleted(), "the dispatch is completed", 100_000);
  expect(worker.hasEnded(), worker.output()).toBe(false);
  await it.expectHonest();
  expect(await it.tally()).toEqual({ sent: 2200 });
  const most = await it.expectRateKept(paced, RATE);
  console.log(`at ${RATE}/s over the restarts at most ${most} in a second; went on after ${awayMs.join(", ")} ms`);
}, 300_000);

test("Two workers on one database: both send, nobody gets it twice, the rate is kept", async () => {
  const it = await open();
  const paced = await it.addOperator(RATE, 600);
  await it.addOperator(null, 1500);
  it.gateway.latencyMs = () => 20;
  const first = await it.workers.start();
  await it.addDispatch();
  await it.untilArrived(100);
  const second = await it.workers.startBeside("shared");
  await second.ready;
  // A dispatch more: its turns go to whoever registered last, while the first one's are still held.
  await it.addDispatch();
  await it.until(() => it.isCompleted(), "both dispatches are completed", 60_000);
  await it.expectHonest();
  expect(await it.tally()).toEqual({ sent: 4200 });
  console.log(`most in a second at ${RATE}/s of two workers: ${await it.expectRateKept(paced, RATE)}`);
  for (const worker of [second, first]) expect(await worker.end("SIGTERM"), worker.output()).toBe(0);
}, 120_000);

test("A worker that was frozen for longer than its turn lasts sends nothing that another has sent", async () => {
  const it = await open();
  const paced = await it.addOperator(RATE, 1200);
  const frozen = await it.workers.start();
  await it.addDispatch();
  await it.untilArrived(50);
  const other = await it.workers.startBeside("shared");
  await other.ready;
  frozen.signal("SIGSTOP");
  await it.noteRisk();
  const before = it.gateway.arrivals.length;
  // The frozen one holds the engine too; the other's own watch sweeps, and the lane's turn has run out after 10 s.
  await new Promise((done) => setTimeout(done, 12_000));
  frozen.signal("SIGCONT");
  await it.untilArrived(before + 200, 60_000);
  await it.until(() => it.isCompleted(), "the dispatch is completed", 60_000);
  await it.expectHonest();
  await it.expectRateKept(paced, RATE);
}, 150_000);

test("A gateway that takes several seconds to answer: everything is sent once, and a stop waits for the answers", async () => {
  const it = await open({ timeoutMs: 15_000, connections: 256 });
  it.gateway.latencyMs = () => 3_000 + Math.random() * 2_000;
  const paced = await it.addOperator(RATE, 400);
  await it.addOperator(null, 600);
  const first = await it.workers.start();
  await it.addDispatch();
  await it.untilArrived(300);
  expect(await first.end("SIGTERM"), first.output()).toBe(0);
  expect((await it.tally()).sending ?? 0, "messages in the air after a stop").toBe(0);
  await it.workers.start();
  await it.until(() => it.isCompleted(), "the dispatch is completed", 60_000);
  await it.expectHonest();
  expect(await it.tally()).toEqual({ sent: 1000 });
  await it.expectRateKept(paced, RATE);
}, 120_000);
