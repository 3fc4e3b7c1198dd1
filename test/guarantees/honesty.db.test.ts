import { afterEach, beforeEach, expect, test } from "vitest";
import { applyReceipts } from "@/db/sending/receipts";
import { ConflictError } from "@/lib/domain/errors";
import type { Outcome } from "@/lib/gateways/gateway";
import { cancelDispatch } from "@/lib/services/dispatches/cancel-dispatch";
import { pauseDispatch } from "@/lib/services/dispatches/pause-dispatch";
import { resumeDispatch } from "@/lib/services/dispatches/resume-dispatch";
import { LEASE_MS } from "@/lib/services/sending/claim-chunk";
import { recordReceipts } from "@/lib/services/sending/record-receipts";
import { sweep } from "@/lib/services/sending/sweep";
import { expectCountersExact, expectNobodyTwice, expectReceiptsExact } from "@/test/support/sending-oracle";
import { type HandOver, World } from "@/test/support/world";

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(async () => {
  await expectCountersExact(world.sql);
  await expectReceiptsExact(world.sql);
  await expectNobodyTwice(world);
  await world.close();
});

const allowConflict = (error: unknown) => {
  if (!(error instanceof ConflictError)) throw error;
};
const never = new Promise<Outcome>(() => {});
const lost: Outcome = { kind: "unknown", code: "timeout" };
const accepted: Outcome = { kind: "accepted" };
const every = (n: number, outcome: Outcome) => (h: HandOver, nth: number) =>
  h.recipientNo % n === 0 && nth === 1 ? outcome : accepted;

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
  const handedOver = new Set(world.gateway.log.map(({ id }) => id));
  const started = await world.sql<{ id: string }[]>`
    select m.id::text from messages m join chunks c on c.no = m.chunk_no where m.status = 'sending' and c.state = 'started'`;
  await world.jump(LEASE_MS + 10_000);
  await world.sweep(alive);
  await world.runLane(alive, lane!.lane);
  await world.runAnnounced(alive);
  const tally = await world.tally(dispatch);
  expect(tally.unknown).toBe(started.length);
  // What it had not handed over was of the chunk that went out, and of the next one: about a
  // quarter of a second of work each.
  expect(started.filter(({ id }) => !handedOver.has(id)).length).toBeLessThanOrEqual(2 * 50);
  expect(tally).toEqual({ sent: 400 - tally.unknown!, unknown: tally.unknown });
  expect(world.gateway.log.length).toBeGreaterThanOrEqual(400 - tally.unknown!);
  expect(handedOver.size).toBeLessThan(400);
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

test("Honesty after it: what may have been taken is never called expired, cancelled, skipped or failed, even where it waited for another try", async () => {
  world.gateway.idempotent = true;
  const nos = await world.addRecipients(await world.addOperator(null), 5);
  const web = world.web();
  const process = world.process();
  world.gateway.respond = () => lost;
  const dispatches = [
    await world.addDispatch({ endInMs: 60_000 }),
    await world.addDispatch(),
    await world.addDispatch(),
  ];
  for (const dispatch of dispatches) {
    const [lane] = await world.openIt(process, dispatch);
    await world.handOver(process, lane!.lane, 5);
    expect(await world.tally(dispatch)).toEqual({ deferred: 5 });
  }
  const [expires, cancelled, refused] = dispatches;
  await cancelDispatch(web, cancelled!.id);
  expect(await world.tally(cancelled!)).toEqual({ unknown: 5 });

  // What is put off in between does not forget it.
  world.gateway.respond = (_, nth) => (nth === 2 ? { kind: "deferred", code: "http_503" } : lost);
  await world.sql`update recipients set opted_out_at = clock_now() where no = ${nos[0]!}`;
  await world.sql`update retries set attempt = 4, due_at = clock_now() where lane_no = (select no from lanes where dispatch_no = ${refused!.no})`;
  for (let round = 0; round < 3; round++) {
    await world.runLane(process, 3);
    await process.quiet();
  }
  expect(await world.tally(refused!)).toEqual({ unknown: 5 });
  expect(
    world.gateway.log.filter((h) => h.dispatchNo === refused!.no && h.recipientNo === nos[0]!),
  ).toHaveLength(1);

  await world.jump(60_000);
  await world.sweep(process);
  expect(await world.tally(expires!)).toEqual({ unknown: 5 });
  const noted = await world.sql`select outcome, count(*)::int as n from failures group by 1`;
  expect([...noted]).toEqual([{ outcome: "unknown", n: 15 }]);
});

test("Receipts in any order, pauses, cancels and settles at the same time neither fail nor disturb a counter", async () => {
  for (let i = 0; i < 3; i++) await world.addRecipients(await world.addOperator(null), 700);
  const dispatches = [await world.addDispatch(), await world.addDispatch({ endInMs: 1_500 })];
  world.gateway.respond = (h, nth) =>
    h.recipientNo % 3 === 0 && nth === 1 ? { kind: "deferred", code: "http_503" } : accepted;
  const process = world.process();
  const web = world.web();
  let running = true;
  const report = async (step: number) => {
    while (running) {
      const seen = world.gateway.log.filter((h) => h.recipientNo % step === 0).map(({ id }) => id);
      const receipts = seen.slice(-900).map((id) => ({ id, status: "delivered" as const, error: null }));
      await recordReceipts(web, null, step % 2 ? receipts : receipts.reverse());
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const pauses = async () => {
    while (running) {
      await pauseDispatch(web, dispatches[0]!.id).catch(allowConflict);
      await resumeDispatch(process.ctx, dispatches[0]!.id).catch(allowConflict);
    }
  };
  const stopping = Promise.all([report(1), report(2), report(3), pauses()]);
  await Promise.all(dispatches.map((dispatch) => world.run(process, dispatch)));
  await world.jump(2_000);
  await world.sweep(process);
  await cancelDispatch(web, dispatches[0]!.id).catch(allowConflict);
  running = false;
  await stopping;
  await world.sweep(process);
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

test("Honesty after it: what a dead process had started becomes unknown alone, not its neighbours in number on another lane", async () => {
  const [a, b] = [await world.addOperator(null), await world.addOperator(null)];
  const ofA: number[] = [];
  for (let i = 0; i < 10; i++) {
    ofA.push(...(await world.addRecipients(a, 1)));
    await world.addRecipients(b, 1);
  }
  const dispatch = await world.addDispatch();
  const [dead, alive] = [world.process(), world.process()];
  let answer = (_: Outcome) => {};
  const late = new Promise<Outcome>((resolve) => {
    answer = resolve;
  });
  world.gateway.respond = () => late;
  const [laneA, laneB] = await world.openIt(dead, dispatch);
  const dying = world.runLane(dead, laneA!.lane);
  await world.gateway.until(10);
  await dead.kill();
  await dying;
  await world.jump(LEASE_MS + 10_000);
  const running = world.runLane(alive, laneB!.lane);
  await world.gateway.until(20);
  await sweep(world.process().ctx, 0);
  const rows = await world.sql<
    { no: number; status: string }[]
  >`select (id & 4294967295)::int as no, status from messages order by id`;
  expect([...rows]).toEqual(rows.map(({ no }) => ({ no, status: ofA.includes(no) ? "unknown" : "sending" })));
  await expectCountersExact(world.sql);
  answer(accepted);
  await running;
  await world.runAnnounced(alive);
  expect(await world.tally(dispatch)).toEqual({ sent: 10, unknown: 10 });
  expect(await world.statusOf(dispatch)).toBe("completed");
});

test("Honesty after it: a message that ends every process that hands it over is tried five times, even by an idempotent gateway", async () => {
  world.gateway.idempotent = true;
  await world.addRecipients(await world.addOperator(null), 1);
  const dispatch = await world.addDispatch();
  const sweeper = world.process();
  const [lane] = await world.openIt(sweeper, dispatch);
  world.gateway.respond = () => never;
  for (let handedOver = 1; (await world.statusOf(dispatch)) === "running"; handedOver++) {
    const dead = world.process();
    const dying = world.runLane(dead, lane!.lane);
    await world.gateway.until(handedOver);
    await dead.kill();
    await dying;
    await world.jump(LEASE_MS + 10_000);
    await sweep(sweeper.ctx, 0);
    expect(handedOver).toBeLessThanOrEqual(5);
  }
  expect(world.gateway.log).toHaveLength(5);
  expect(await world.sql`select status, attempts from messages`).toEqual([
    { status: "unknown", attempts: 5 },
  ]);
  expect(await world.sql`select from retries`).toEqual([]);
  expect(await world.statusOf(dispatch)).toBe("completed");
});

test("Honesty after it: `unknown` is resolved by a receipt, early and repeated and late receipts do no harm", async () => {
  await world.addRecipients(await world.addOperator(null), 60);
  const dispatch = await world.addDispatch();
  const web = world.web();
  world.gateway.respond = async (h) => {
    // Every third is reported before its answer comes.
    if (h.recipientNo % 3 === 0)
      await recordReceipts(web, null, [{ id: h.id, status: "delivered", error: null }]);
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
  expect(
    await recordReceipts(web, null, [...receipts, { id: "999999999999", status: "delivered", error: null }]),
  ).toBe(40);
  expect(
    await recordReceipts(
      web,
      null,
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

test("Honesty after it: what one gateway may have taken is never given to another, and its own receipt still tells", async () => {
  world.gateway.idempotent = true;
  const process = world.process();
  const fake = process.ctx.gatewayOf("default");
  process.ctx.gatewayOf = (name) => ({ ...fake, name });
  const nos = await world.addRecipients(await world.addOperator(null), 10);
  const dispatch = await world.addDispatch();
  world.gateway.respond = ({ recipientNo }) =>
    recipientNo <= nos[3]!
      ? { kind: "unknown", code: "timeout" }
      : { kind: "deferred", code: "http_503", retryAfterMs: 0 };
  const [lane] = await world.openIt(process, dispatch);
  await world.handOver(process, lane!.lane, 10);
  expect(await world.tally(dispatch)).toEqual({ deferred: 10 });
  await world.sql`update operators set gateway = 'backup'`;
  world.gateway.respond = () => ({ kind: "accepted" });
  await world.runLane(process, lane!.lane);
  await world.runAnnounced(process);
  expect(await world.tally(dispatch)).toEqual({ sent: 6, unknown: 4 });
  expect(world.gateway.log.filter((h) => h.recipientNo <= nos[3]!)).toHaveLength(4);
  const [first] = world.gateway.log;
  const receipt = { id: first!.id, status: "delivered" as const, error: null };
  expect(await applyReceipts(world.sql, "backup", [receipt])).toBe(0);
  expect(await applyReceipts(world.sql, "default", [receipt])).toBe(1);
});

test("Honesty after it: what a process that died had given to one gateway is not given to the idempotent one that came after it", async () => {
  await world.addRecipients(await world.addOperator(100), 50);
  const dispatch = await world.addDispatch();
  const [dying, other] = [world.process(), world.process()];
  const running = world.run(dying, dispatch);
  await world.gateway.until(5);
  await dying.kill();
  await running;
  await world.sql`update operators set gateway = 'backup'`;
  const fake = other.ctx.gatewayOf("default");
  other.ctx.gatewayOf = (name) => ({ ...fake, name, idempotent: name === "backup" });
  await world.jump(LEASE_MS + 10_000);
  await world.sweep(other);
  const ids = world.gateway.log.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const tally = await world.tally(dispatch);
  expect(tally.unknown).toBeGreaterThan(0);
  expect(tally.sent! + tally.unknown!).toBe(50);
});
