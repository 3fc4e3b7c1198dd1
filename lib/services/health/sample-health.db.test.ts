import { afterEach, beforeEach, expect, test } from "vitest";
import { openDb } from "@/db/client";
import { type LatestSample, listLatestSamples, pruneHealth } from "@/db/health/health";
import { closedBreaker } from "@/lib/domain/breaker";
import { presentStatus } from "@/lib/http/present/status";
import type { SendingContext } from "@/lib/services/sending/sending-context";
import { World } from "@/test/support/world";
import { getStatus } from "./get-status";
import { createHealthSampler, recordEngineSweep } from "./sample-health";

let world: World;
let ctx: SendingContext;
let fault: string | null;
const probes = { engine: async () => fault, api: async () => null };
const ID = "00000000-0000-4000-8000-000000000001";

beforeEach(async () => {
  world = await World.open();
  ({ ctx } = world.process());
  fault = null;
  await world.addOperator(100);
});
afterEach(() => world.close());

const rows = (kind: string) =>
  world.sql<{ state: string; code: string; seconds: number }[]>`
    select state, code, extract(epoch from to_at - from_at)::float8 as seconds from health_samples where kind = ${kind} order by no`;
const latest = async (kind: string): Promise<LatestSample | undefined> =>
  (await listLatestSamples(world.sql)).find((sample) => sample.kind === kind);
/** As if everything had happened that much earlier. */
const age = (interval: string) =>
  world.sql`update health_samples set from_at = from_at - ${interval}::interval, to_at = to_at - ${interval}::interval`;

test("a sample that says the same extends the one before it, and a change begins where that ends", async () => {
  const sampler = createHealthSampler(ctx, ID, probes);
  await sampler.beat();
  await age("1 minute");
  await createHealthSampler(ctx, ID, probes).beat();
  expect(await rows("engine")).toEqual([{ state: "ok", code: "ok", seconds: expect.closeTo(60, -1) }]);
  fault = "ECONNREFUSED";
  await sampler.beat();
  expect(await rows("engine")).toMatchObject([{ state: "ok" }, { state: "down", code: "engine_down" }]);
  const [before, after] =
    await world.sql`select from_at, to_at from health_samples where kind = 'engine' order by no`;
  expect(after!.from_at).toEqual(before!.to_at);
});

test("what nobody watched is in no state: a pause begins a new row", async () => {
  await createHealthSampler(ctx, ID, probes).beat();
  await age("10 minutes");
  await createHealthSampler(ctx, ID, probes).beat();
  const found = await rows("database");
  expect(found).toHaveLength(2);
  expect(found[0]!.seconds + found[1]!.seconds).toBeLessThan(60);
});

test("a database that was away is in the history as down, for as long as it was", async () => {
  const sampler = createHealthSampler(ctx, ID, probes);
  await sampler.beat();
  await age("90 seconds");
  const { db } = ctx;
  ctx.db = openDb("postgres://nobody:x@127.0.0.1:1/none");
  await expect(sampler.beat()).rejects.toThrow("ECONNREFUSED");
  await ctx.db.close();
  ctx.db = db;
  await sampler.beat();
  expect(await rows("database")).toMatchObject([
    { state: "ok" },
    { state: "down", code: "database_down" },
    { state: "ok" },
  ]);
  expect(await latest("database")).toMatchObject({ state: "ok" });
});

test("a database that hung is in the history, too, though it answered in the end", async () => {
  const sampler = createHealthSampler(ctx, ID, probes);
  await sampler.beat();
  await age("90 seconds");
  let beating: Promise<void> | undefined;
  await world.sql.begin(async (tx) => {
    await tx`lock table worker_heartbeats in exclusive mode`;
    beating = sampler.beat();
    await expect
      .poll(
        () => tx`select 1 from pg_locks where relation = 'worker_heartbeats'::regclass and not granted
        and database = (select oid from pg_database where datname = current_database())`,
      )
      .toHaveLength(1);
    world.clock.jump(60_000);
  });
  await beating;
  expect(await rows("database")).toMatchObject([
    { state: "ok" },
    { state: "down", seconds: expect.closeTo(60, -1) },
    { state: "ok" },
  ]);
});

test("a breaker that is open is heard of from the worker's heartbeat, with when it first opened", async () => {
  const sampler = createHealthSampler(ctx, ID, probes);
  const [operator] = await world.sql<
    { no: number; name: string; gateway: string }[]
  >`select no, name, gateway from operators`;
  const nowMs = ctx.clock.now();
  ctx.databaseClock.learn(nowMs, nowMs, nowMs);
  const open = {
    ...closedBreaker,
    refusals: 20,
    trips: 1,
    openedMs: nowMs - 30_000,
    openUntilMs: nowMs + 1_000,
    reason: "http_503",
  };
  ctx.breakers.of("test", operator!.no).state = open;
  await sampler.beat();
  const first = await component("gateway");
  expect(first).toMatchObject({
    state: "down",
    detail: expect.stringContaining("http_503"),
    since: expect.any(String),
  });
  // It opens again and again while the gateway refuses.
  ctx.breakers.of("test", operator!.no).state = { ...open, trips: 2, openedMs: nowMs };
  await sampler.beat();
  expect((await component("gateway")).since).toBe(first.since);
  expect(await latest("gateway")).toMatchObject({ state: "down", code: "gateway_refuses" });
  ctx.breakers.of("test", operator!.no).state = closedBreaker;
  await sampler.beat();
  expect(await component("gateway")).toMatchObject({ state: "ok", since: null });
});

async function component(kind: string) {
  const status = presentStatus(await getStatus(ctx, async () => null), "en");
  return status.components.find((part) => part.kind === kind)!;
}

test("history is told by days, each second once, a row over midnight in both", async () => {
  await world.sql`
    insert into health_samples (kind, state, code, from_at, to_at) values
      ('engine', 'ok', 'ok', date_trunc('day', now(), 'UTC') - interval '3 days' + interval '23 hours', date_trunc('day', now(), 'UTC') - interval '2 days' + interval '1 hour'),
      ('engine', 'down', 'engine_down', date_trunc('day', now(), 'UTC') - interval '2 days' + interval '1 hour', date_trunc('day', now(), 'UTC') - interval '2 days' + interval '2 hours'),
      ('engine', 'ok', 'ok', now() - interval '200 days', now() - interval '190 days')`;
  expect((await component("engine")).history.map(({ date: _, ...seconds }) => seconds)).toEqual([
    { ok_s: 3600, degraded_s: 0, down_s: 0 },
    { ok_s: 3600, degraded_s: 0, down_s: 3600 },
  ]);
  await pruneHealth(world.sql, 91);
  expect(await rows("engine")).toHaveLength(2);
});

test("the engine's own sweep is told from a worker's", async () => {
  await recordEngineSweep(ctx);
  const [row] = await world.sql`select last_engine_sweep_at, last_sweep_at from sending_state`;
  expect(row).toMatchObject({ last_engine_sweep_at: expect.anything(), last_sweep_at: null });
});
