import { afterEach, beforeEach, expect, test } from "vitest";
import type { Outcome } from "@/lib/gateways/gateway";
import { type HandOver, World } from "@/test/sending";
import { expectCountersExact, expectNobodyTwice } from "@/test/sending-oracle";
import { LEASE_MS } from "./claim-chunk";
import { recordReceipts } from "./record-receipts";

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(async () => {
  await expectCountersExact(world.sql);
  await expectNobodyTwice(world);
  await world.close();
});

const never = new Promise<Outcome>(() => {});
const lost: Outcome = { kind: "unknown", code: "timeout" };
const accepted: Outcome = { kind: "accepted" };
const every = (n: number, outcome: Outcome) => (h: HandOver, nth: number) => (h.recipientNo % n === 0 && nth === 1 ? outcome : accepted);

test("Intent before the call: the message's row says `sending` before the gateway is called", async () => {
  await world.addRecipients(await world.addOperator(null), 60);
  const dispatch = await world.addDispatch();
  const seen: string[] = [];
  world.gateway.respond = async ({ id }) => {
    const [row] = await world.sql<{ state: string }[]>`
      select m.status || '/' || c.state as state from messages m join chunks c on c.no = m.chunk_no where m.id = ${id}::bigint`;
    seen.push(row?.state ?? "no row");
    return accepted;
  };
  await world.run(world.process(), dispatch);
  expect(seen).toHaveLength(60);
  expect(new Set(seen)).toEqual(new Set(["sending/started"]));
});

test("Honesty after it: a lost answer makes the message `unknown`, and it is never resent blindly", async () => {
  await world.addRecipients(await world.addOperator(null), 100);
  const dispatch = await world.addDispatch();
  world.gateway.respond = every(10, lost);
  const process = world.process();
  await world.run(process, dispatch);
  expect(await world.statusOf(dispatch)).toBe("completed");
  expect(await world.tally(dispatch)).toEqual({ sent: 90, unknown: 10 });
  await world.jump(600_000);
  await world.sweep(process);
  expect(world.gateway.log).toHaveLength(100);
  const failures = await world.sql`select outcome, code, count(*)::int as n from failures group by 1, 2`;
  expect([...failures]).toEqual([{ outcome: "unknown", code: "timeout", n: 10 }]);
});

test("Honesty after it: a lost answer is asked for again, with the same id, only where the gateway declares itself idempotent", async () => {
  await world.addRecipients(await world.addOperator(null), 100);
  const dispatch = await world.addDispatch();
  world.gateway.idempotent = true;
  world.gateway.respond = every(10, lost);
  await world.run(world.process(), dispatch);
  expect(await world.statusOf(dispatch)).toBe("completed");
  expect(await world.tally(dispatch)).toEqual({ sent: 100 });
  expect(world.gateway.log).toHaveLength(110);
  expect(new Set(world.gateway.log.map((h) => h.id)).size).toBe(100);
});

test("Honesty after it: what a process that died had started is `unknown`, what it had only claimed is sent by another", async () => {
  const operator = await world.addOperator(200);
  await world.addRecipients(operator, 400);
  const dispatch = await world.addDispatch();
  const [dead, alive] = [world.process(), world.process()];
  const [lane] = await world.openIt(dead, dispatch);
  const dying = world.runLane(dead, lane!.lane);
  await world.gateway.until(120);
  await dead.kill();
  await dying;
  const handedOver = world.gateway.log.length;
  const started = await world.sql<{ n: number }[]>`
    select count(*)::int as n from messages m join chunks c on c.no = m.chunk_no where m.status = 'sending' and c.state = 'started'`;
  await world.jump(LEASE_MS + 10_000);
  await world.sweep(alive);
  await world.runLane(alive, lane!.lane);
  await world.runAnnounced(alive);
  const tally = await world.tally(dispatch);
  expect(tally.unknown).toBe(started[0]!.n);
  // About a quarter of a second of work was in the air.
  expect(tally.unknown).toBeLessThanOrEqual(2 * 50);
  expect(tally).toEqual({ sent: 400 - tally.unknown!, unknown: tally.unknown });
  expect(world.gateway.log.length).toBeGreaterThanOrEqual(400 - tally.unknown!);
  expect(handedOver).toBeLessThan(400);
  expect(await world.statusOf(dispatch)).toBe("completed");
});

test("Honesty after it: with an idempotent gateway a process that died leaves nothing unknown", async () => {
  world.gateway.idempotent = true;
  await world.addRecipients(await world.addOperator(200), 200);
  const dispatch = await world.addDispatch();
  const [dead, alive] = [world.process(), world.process()];
  const [lane] = await world.openIt(dead, dispatch);
  const dying = world.runLane(dead, lane!.lane);
  await world.gateway.until(60);
  await dead.kill();
  await dying;
  await world.jump(LEASE_MS + 10_000);
  await world.sweep(alive);
  await world.runLane(alive, lane!.lane);
  await world.runAnnounced(alive);
  expect(await world.tally(dispatch)).toEqual({ sent: 200 });
  expect(new Set(world.gateway.log.map((h) => h.id)).size).toBe(200);
});

test("Honesty after it: a process that is told to stop leaves nothing unknown and nothing forgotten", async () => {
  await world.addRecipients(await world.addOperator(300), 300);
  const dispatch = await world.addDispatch();
  const [stopped, next] = [world.process(), world.process()];
  const [lane] = await world.openIt(stopped, dispatch);
  const running = world.runLane(stopped, lane!.lane);
  await world.gateway.until(100);
  stopped.stop();
  await running;
  await stopped.quiet();
  const atStop = await world.tally(dispatch);
  expect(Object.keys(atStop).sort()).toEqual(["deferred", "sent"]);
  expect(atStop.sent).toBe(world.gateway.log.length);
  await expectCountersExact(world.sql);
  await world.runLane(next, lane!.lane);
  await world.runAnnounced(next);
  expect(await world.tally(dispatch)).toEqual({ sent: 300 });
  expect(world.gateway.log).toHaveLength(300);
  // A release is no attempt.
  expect([...(await world.sql`select distinct attempts from messages`)]).toEqual([{ attempts: 1 }]);
});

test("Honesty after it: an answer that comes after the lease was taken away changes nothing", async () => {
  await world.addRecipients(await world.addOperator(null), 50);
  const dispatch = await world.addDispatch();
  const [slow, other] = [world.process(), world.process()];
  let answer = (_: Outcome) => {};
  const late = new Promise<Outcome>((resolve) => {
    answer = resolve;
  });
  world.gateway.respond = () => late;
  const [lane] = await world.openIt(slow, dispatch);
  const running = world.runLane(slow, lane!.lane);
  await world.gateway.until(50);
  await world.jump(LEASE_MS + 10_000);
  await world.sweep(other);
  expect(await world.tally(dispatch)).toEqual({ unknown: 50 });
  answer(accepted);
  await running;
  await slow.quiet();
  expect(await world.tally(dispatch)).toEqual({ unknown: 50 });
});

test("Honesty after it: `unknown` is resolved by a receipt, early and repeated and late receipts do no harm", async () => {
  await world.addRecipients(await world.addOperator(null), 60);
  const dispatch = await world.addDispatch();
  const web = world.web();
  world.gateway.respond = async (h) => {
    // Every third is reported before its answer comes.
    if (h.recipientNo % 3 === 0) await recordReceipts(web, [{ id: h.id, status: "delivered", error: null }]);
    return h.recipientNo % 3 === 1 ? lost : accepted;
  };
  await world.run(world.process(), dispatch);
  expect(await world.tally(dispatch)).toEqual({ delivered: 20, sent: 20, unknown: 20 });
  await expectCountersExact(world.sql);
  const receipts = world.gateway.log.map(({ id }, i) => ({
    id,
    status: i % 2 === 0 ? ("delivered" as const) : ("undelivered" as const),
    error: null,
  }));
  expect(await recordReceipts(web, [...receipts, { id: "999999999999", status: "delivered", error: null }])).toBe(40);
  expect(
    await recordReceipts(
      web,
      receipts.map((r) => ({ ...r, status: "undelivered" as const })),
    ),
  ).toBe(0);
  const tally = await world.tally(dispatch);
  expect((tally.delivered ?? 0) + (tally.undelivered ?? 0)).toBe(60);
});

test("Honesty after it: a message that waits for its answer keeps the dispatch from ending", async () => {
  await world.addRecipients(await world.addOperator(null), 50);
  const dispatch = await world.addDispatch();
  world.gateway.respond = (h) => (h.recipientNo % 50 === 0 ? never : accepted);
  const process = world.process();
  const [lane] = await world.openIt(process, dispatch);
  await world.runLane(process, lane!.lane);
  await world.gateway.until(50);
  expect(await world.finish(process, dispatch)).toBe(false);
  expect(await world.statusOf(dispatch)).toBe("running");
  await process.kill();
  await world.jump(LEASE_MS + 10_000);
  await world.sweep(world.process());
  expect(await world.statusOf(dispatch)).toBe("completed");
});
