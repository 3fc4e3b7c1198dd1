import { afterEach, beforeEach, expect, test } from "vitest";
import { closeDispatch } from "@/lib/services/dispatches/close-dispatch";
import { openDispatch } from "@/lib/services/dispatches/open-dispatch";
import { expectCountersExact, expectNobodyTwice } from "@/test/support/sending-oracle";
import { World } from "@/test/support/world";

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(async () => {
  await expectCountersExact(world.sql);
  await expectNobodyTwice(world);
  await world.close();
});

/**
 * The window on this process's clock, as wide as it can be: which moment of the question it was
 * answered at is not known.
 */
async function windowOf(no: number): Promise<{ startMs: number; endMs: number }> {
  const sentMs = world.clock.now();
  const [row] = await world.sql<{ start: number; end: number; now: number }[]>`
    select extract(epoch from start_at)::float8 * 1000 as start, extract(epoch from end_at)::float8 * 1000 as end,
      extract(epoch from clock_now())::float8 * 1000 as now from dispatches where no = ${no}`;
  return { startMs: row!.start - row!.now + sentMs, endMs: row!.end - row!.now + world.clock.now() };
}

test("Never before start_datetime: opening early says when, and opens nothing", async () => {
  await world.addRecipients(await world.addOperator(null), 10);
  const dispatch = await world.addDispatch({ startInMs: 60_000 });
  const process = world.process();
  const early = await openDispatch(process.ctx, dispatch.id, 1);
  expect(early.kind).toBe("early");
  expect(await world.statusOf(dispatch)).toBe("scheduled");
  await world.sweep(process);
  expect(await world.sql`select from lanes`).toHaveLength(0);
  await world.jump(60_000);
  const { startMs } = await windowOf(dispatch.no);
  await world.run(process, dispatch);
  expect(world.gateway.log).toHaveLength(10);
  for (const { atMs } of world.gateway.log) expect(atMs).toBeGreaterThan(startMs);
});

test("Never before start_datetime: opening checks the version it was scheduled for", async () => {
  const dispatch = await world.addDispatch();
  expect(await openDispatch(world.web(), dispatch.id, 2)).toEqual({ kind: "gone" });
  expect(await world.statusOf(dispatch)).toBe("scheduled");
});

test.each([{ rate: 200 }, { rate: null }])(
  "Never after end_datetime: the rest expires and is counted (rate $rate)",
  async ({ rate }) => {
    await world.addRecipients(await world.addOperator(rate), 30_000);
    world.gateway.respond = async ({ atMs }) => {
      await world.clock.sleepUntil(atMs + 60);
      return { kind: "accepted" };
    };
    const process = world.process();
    const dispatch = await world.addDispatch({ endInMs: 60_000 });
    const running = world.run(process, dispatch);
    // However long the first take, the end comes while others go out.
    await world.gateway.until(20);
    const before = await windowOf(dispatch.no);
    await world.jump(Math.max(0, before.endMs - world.clock.now() - 700));
    const { endMs } = await windowOf(dispatch.no);
    await running;
    await world.until(() => world.clock.now() > endMs + 5);
    await closeDispatch(process.ctx, dispatch.id);
    expect(world.gateway.log.length).toBeLessThan(30_000);
    for (const { atMs } of world.gateway.log) expect(atMs).toBeLessThan(endMs);
    const tally = await world.tally(dispatch);
    const [row] = await world.sql<{ status: string; audience: number; unclaimed: number }[]>`
      select status, audience::int, unclaimed_expired::int as unclaimed from dispatches`;
    expect(row).toMatchObject({ status: "expired", audience: 30_000 });
    expect(tally.sent).toBe(world.gateway.log.length);
    expect(tally.sent! + (tally.expired ?? 0) + row!.unclaimed).toBe(30_000);
    expect(await world.sql`select from retries`).toHaveLength(0);
  },
);

test("Never after end_datetime: a try that would come after the end is not made", async () => {
  await world.addRecipients(await world.addOperator(null), 10);
  world.gateway.respond = () => ({ kind: "deferred", code: "http_503", retryAfterMs: 3_600_000 });
  const process = world.process();
  const dispatch = await world.addDispatch({ endInMs: 600_000 });
  await world.run(process, dispatch);
  // The engine has slept past the end.
  await world.sweep(process);
  expect(world.gateway.log).toHaveLength(10);
  expect(await world.statusOf(dispatch)).toBe("expired");
  expect(await world.tally(dispatch)).toEqual({ expired: 10 });
});

test("A window that is closed when its turn comes makes the dispatch expired, with everybody counted", async () => {
  await world.addRecipients(await world.addOperator(null), 10);
  const dispatch = await world.addDispatch({ startInMs: -2_000, endInMs: -1_000 });
  const process = world.process();
  await world.run(process, dispatch);
  await world.sweep(process);
  expect(world.gateway.log).toHaveLength(0);
  const [row] = await world.sql`select status, audience::int, unclaimed_expired::int from dispatches`;
  expect(row).toMatchObject({ status: "expired", audience: 10, unclaimed_expired: 10 });
});

test("Closing early does nothing and says when", async () => {
  await world.addRecipients(await world.addOperator(null), 10);
  const dispatch = await world.addDispatch();
  const process = world.process();
  await world.openIt(process, dispatch);
  expect((await closeDispatch(process.ctx, dispatch.id)).kind).toBe("early");
  expect([...(await world.sql`select open from lanes`)]).toEqual([{ open: true }]);
});

test("Never after end_datetime: a machine that slept past the end sends nothing when it wakes", async () => {
  await world.addRecipients(await world.addOperator(200), 30_000);
  const dispatch = await world.addDispatch({ endInMs: 60_000 });
  const process = world.process();
  const running = world.run(process, dispatch);
  await world.gateway.until(100);
  await world.sleepMachine(120_000);
  const handedOver = world.gateway.log.length;
  await running;
  await process.quiet();
  expect(world.gateway.log).toHaveLength(handedOver);
  await closeDispatch(process.ctx, dispatch.id);
  expect(await world.statusOf(dispatch)).toBe("expired");
});
