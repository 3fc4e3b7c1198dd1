import { afterEach, beforeEach, expect, test } from "vitest";
import { updateOperator } from "@/lib/services/audience/update-operator";
import { expectCountersExact, expectNobodyTwice, expectRateKept } from "@/test/support/sending-oracle";
import { type DispatchRef, World } from "@/test/support/world";

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(async () => {
  await expectCountersExact(world.sql);
  await expectNobodyTwice(world);
  await world.close();
});

test.each([
  { rate: 10, segments: 1, count: 25 },
  { rate: 100, segments: 1, count: 250 },
  { rate: 1000, segments: 1, count: 2500 },
  { rate: 90, segments: 3, count: 90 },
])(
  "Never faster than the operator allows: $rate segments a second, $segments a message",
  async ({ rate, segments, count }) => {
    await world.addRecipients(await world.addOperator(rate), count);
    await world.run(world.process(), await world.addDispatch({ segments }));
    expect(world.gateway.log).toHaveLength(count);
    expectRateKept(world.gateway.log, rate, segments);
  },
);

test("Never faster than the operator allows: three dispatches in two processes share one operator's rate", async () => {
  const rate = 400;
  const operator = await world.addOperator(rate);
  await world.addRecipients(operator, 400);
  const processes = [world.process(), world.process()];
  const dispatches = [await world.addDispatch(), await world.addDispatch(), await world.addDispatch()];
  await Promise.all(dispatches.map((dispatch, i) => world.run(processes[i % 2]!, dispatch)));
  expect(world.gateway.log).toHaveLength(1200);
  expectRateKept(world.gateway.log, rate);
  // They take turns in quarter seconds: in the middle of the run all three are sending.
  const middle = world.gateway.log.slice(300, 800).map((h) => h.dispatchNo);
  expect(new Set(middle).size).toBe(3);
});

test("Never faster than the operator allows: dispatches of different lengths side by side", async () => {
  const rate = 60;
  await world.addRecipients(await world.addOperator(rate), 40);
  const lengths = [1, 4, 7];
  const dispatches: DispatchRef[] = [];
  for (const segments of lengths) dispatches.push(await world.addDispatch({ segments }));
  const process = world.process();
  await Promise.all(dispatches.map((dispatch) => world.run(process, dispatch)));
  expect(world.gateway.log).toHaveLength(120);
  expectRateKept(
    world.gateway.log.map((h) => ({
      atMs: h.atMs,
      segments: lengths[dispatches.findIndex((d) => d.no === h.dispatchNo)]!,
    })),
    rate,
  );
});

test("Never faster than the operator allows: what a stalled process missed is not caught up in a burst", async () => {
  const rate = 200;
  await world.addRecipients(await world.addOperator(rate), 300);
  const process = world.process();
  const dispatch = await world.addDispatch();
  const [lane] = await world.openIt(process, dispatch);
  const running = world.runLane(process, lane!.lane);
  await world.gateway.until(80);
  // The whole process stands still, as it does in a long garbage collection.
  const untilMs = performance.now() + 400;
  while (performance.now() < untilMs);
  await running;
  await world.runAnnounced(process);
  expect(world.gateway.log).toHaveLength(300);
  expectRateKept(world.gateway.log, rate);
});

test("Never faster than the operator allows: a slow gateway does not make messages leave in bursts", async () => {
  const rate = 100;
  await world.addRecipients(await world.addOperator(rate), 150);
  world.gateway.connectionsMax = 20;
  world.gateway.respond = async (h) => {
    await world.clock.sleepUntil(h.atMs + (h.recipientNo % 4 === 0 ? 700 : 20));
    return { kind: "accepted" };
  };
  await world.run(world.process(), await world.addDispatch());
  expect(world.gateway.log).toHaveLength(150);
  expectRateKept(world.gateway.log, rate);
});

test("Never faster than the operator allows: a rate that is lowered holds within a second", async () => {
  const operator = await world.addOperator(400);
  await world.addRecipients(operator, 500);
  const process = world.process();
  const dispatch = await world.addDispatch();
  const [lane] = await world.openIt(process, dispatch);
  const running = world.runLane(process, lane!.lane);
  await world.gateway.until(200);
  const [row] = await world.sql<{ id: string }[]>`select id from operators where no = ${operator}`;
  await updateOperator(world.web(), row!.id, { rate_per_second: 100 });
  const loweredMs = world.clock.now();
  await running;
  await world.runAnnounced(process);
  expect(world.gateway.log).toHaveLength(500);
  expectRateKept(
    world.gateway.log.filter((h) => h.atMs > loweredMs + 1000),
    100,
  );
});

test("Never faster than the operator allows: a clock that steps back does not stop the operator for long", async () => {
  await world.addRecipients(await world.addOperator(100), 60);
  await world.jump(86_400_000);
  await world.run(world.process(), await world.addDispatch());
  await world.stepDatabaseClock(-86_400_000);
  // Who waited for the clock to be where it was would wait for a day, and this test with it.
  await world.run(world.process(), await world.addDispatch());
  expect(world.gateway.log).toHaveLength(120);
});

test("Never faster than the operator allows: what is held up on its way does not bring the punctual ones behind it too close", async () => {
  const rate = 100;
  await world.addRecipients(await world.addOperator(rate), 300);
  let handed = 0;
  // The way to the gateway gets shorter; while it is longer than a slot allows, messages go one
  // after the other.
  world.gateway.heldUpMs = () => (++handed <= 50 ? 80 : 0);
  await world.run(world.process(), await world.addDispatch());
  expect(world.gateway.log).toHaveLength(300);
  expectRateKept(world.gateway.log, rate);
});

test("Never faster than the operator allows: what one process is too late for it does not write, and the other is not held up by it", async () => {
  const rate = 100;
  const operator = await world.addOperator(rate);
  await world.addRecipients(operator, 250);
  const [late, punctual] = [await world.addDispatch(), await world.addDispatch()];
  // A part of each second the first one's process is held up, and then everything goes at once.
  const heldUpMs = () => Math.max(0, 140 - (world.clock.now() % 1000));
  world.gateway.heldUpMs = ({ id }) => (BigInt(id) >> 32n === BigInt(late.no) ? heldUpMs() : 0);
  const [one, other] = [world.process(), world.process()];
  await Promise.all([world.run(one, late), world.run(other, punctual)]);
  expect(world.gateway.log).toHaveLength(500);
  expectRateKept(world.gateway.log, rate);
});

test("Never faster than the operator allows: what would be written after its time is withheld, and sent in another slot", async () => {
  const rate = 100;
  await world.addRecipients(await world.addOperator(rate), 150);
  let handed = 0;
  world.gateway.heldUpMs = () => (++handed > 40 && handed <= 60 ? 1_000 : 0);
  const dispatch = await world.addDispatch();
  await world.run(world.process(), dispatch);
  expect(world.gateway.withheld).toBeGreaterThanOrEqual(20);
  expect(await world.tally(dispatch)).toEqual({ sent: 150 });
  expectRateKept(world.gateway.log, rate);
});

test("Never faster than the operator allows: who never comes within a slot's time sends in wide slots, which the punctual keep clear of", async () => {
  const rate = 50;
  await world.addRecipients(await world.addOperator(rate), 20);
  const [late, punctual] = [await world.addDispatch(), await world.addDispatch()];
  world.gateway.heldUpMs = ({ id }) => (BigInt(id) >> 32n === BigInt(late.no) ? 60 : 0);
  await Promise.all([world.run(world.process(), late), world.run(world.process(), punctual)]);
  expect([await world.tally(late), await world.tally(punctual)]).toEqual([{ sent: 20 }, { sent: 20 }]);
  expect(world.gateway.withheld).toBeGreaterThan(0);
  expectRateKept(world.gateway.log, rate);
});

test("What never comes in time while its chunk may hand over is released, and nothing of it is unknown", async () => {
  await world.addRecipients(await world.addOperator(100), 1);
  let handed = 0;
  // Longer than a wide slot, until the chunk's time is over.
  world.gateway.heldUpMs = () => {
    if (++handed === 6) void world.jump(31_000);
    return handed <= 6 ? 400 : 0;
  };
  const dispatch = await world.addDispatch();
  await world.run(world.process(), dispatch);
  expect(await world.tally(dispatch)).toEqual({ sent: 1 });
  const [released] = await world.sql<
    { n: number }[]
  >`select count(*)::int as n from chunks where state = 'released'`;
  expect(released!.n).toBeGreaterThan(0);
});
