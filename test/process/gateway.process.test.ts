import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { buildWhenStale } from "@/scripts/build";
import { ApiClient } from "./api-client";
import { Installation } from "./installation";

const RATE = 100;

beforeAll(() => buildWhenStale(console.log), 600_000);

test("A gateway that takes half a minute to answer: everything is sent once, at the rate, and a stop waits for the answers", async (context) => {
  const it = await Installation.forTest(context, { timeoutMs: 45_000, connections: 500 });
  it.gateway.latencyMs = () => 30_000;
  // Every message needs a connection of its own, so only paced ones: hundreds that are opened at once keep the listener from reading the others in time.
  const paced = await it.addOperator(RATE, 400);
  const first = await it.processes.startWorker();
  await it.addDispatch();
  await it.untilArrived(250);
  expect(await first.end("SIGTERM"), first.output()).toBe(0);
  expect((await it.tally()).sending ?? 0, "messages in the air after a stop").toBe(0);
  await it.processes.startWorker();
  await it.until(() => it.isCompleted(), "the dispatch is completed", 120_000);
  await it.expectHonest();
  expect(await it.tally()).toEqual({ sent: 400 });
  await it.expectRateKept(paced, RATE);
}, 180_000);

/** Megabytes of memory that a process holds. */
const residentMb = (pid: number) => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024;
const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

test("A gateway that refuses everything: few messages are spent on asking, the lane says why, memory stays bounded, the API as quick as before, and all is sent once it takes again", {
  timeout: 180_000,
}, async (context) => {
  const it = await Installation.forTest(context, { timeoutMs: 10_000 });
  const people = 20_000;
  await it.addOperator(null, people);
  const worker = await it.processes.startWorker();
  const web = await it.processes.startWeb();
  const client = new ApiClient(() => web.url);
  const readMs = async () => {
    const startedMs = performance.now();
    await client.list();
    return performance.now() - startedMs;
  };
  const readings = async (count: number) => {
    const taken: number[] = [];
    while (taken.length < count) taken.push(await readMs());
    return median(taken);
  };
  await readings(20);
  const idleMs = await readings(50);
  const beforeMb = residentMb(worker.pid);

  it.gateway.status = () => 503;
  const id = await client.create("refused");
  await it.until(async () => (await client.reasons(id)).includes("breaker"), "the lane says that the gateway refuses", 30_000);
  const asked = it.gateway.arrivals.length;
  const refusedMs = await readings(200);
  // The breaker asks again in growing intervals, one message at a time.
  expect(it.gateway.arrivals.length - asked, "asked while the breaker is open").toBeLessThan(people / 100);
  expect(residentMb(worker.pid) - beforeMb, "megabytes more").toBeLessThan(100);
  expect(refusedMs, `milliseconds of a read; idle ${idleMs}`).toBeLessThan(5 * idleMs);

  it.gateway.status = () => 200;
  await it.until(() => it.isCompleted(), "the dispatch is completed", 120_000);
  expect(await it.tally()).toEqual({ sent: people });
  expect(it.gateway.repeated().length, "messages that were refused and came again").toBeLessThan(people / 20);
});
