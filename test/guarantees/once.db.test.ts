import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { beginTurn } from "@/db/sending/turns";
import type { Outcome } from "@/lib/gateways/gateway";
import { log } from "@/lib/log";
import { type Claim, claimChunk, LEASE_MS, TURN_LEASE_MS } from "@/lib/services/sending/claim-chunk";
import { sweep } from "@/lib/services/sending/sweep";
import { takeTurn } from "@/lib/services/sending/take-turn";
import { transmitChunk } from "@/lib/services/sending/transmit-chunk";
import { expectCountersExact, expectNobodyTwice } from "@/test/support/sending-oracle";
import { type Process, World } from "@/test/support/world";

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
 * A claim once the process knows the database's time closely enough, which takes a busy machine
 * some answers.
 */
async function claimInTime(
  { ctx }: Process,
  laneNo: number,
  token: string,
  measuredRate: number,
): Promise<Claim> {
  for (;;) {
    const claim = await claimChunk(ctx, laneNo, token, measuredRate);
    if (claim.kind !== "wait" || claim.reason !== "clock") return claim;
  }
}

test("Nobody gets a dispatch twice: everybody in the audience gets it exactly once", async () => {
  const [a, b] = [await world.addOperator(null), await world.addOperator(1000)];
  await world.addRecipients(a, 1200);
  await world.addRecipients(b, 120);
  const dispatch = await world.addDispatch();
  await world.run(world.process(), dispatch);
  expect(world.gateway.log).toHaveLength(1320);
  expect(new Set(world.gateway.log.map((h) => h.phone)).size).toBe(1320);
  expect(await world.tally(dispatch)).toEqual({ sent: 1320 });
});

test("Nobody gets a dispatch twice: of turns that race on one lane in several processes, one works", async () => {
  const operator = await world.addOperator(1000);
  await world.addRecipients(operator, 200);
  const dispatch = await world.addDispatch();
  const processes = [world.process(), world.process(), world.process()];
  const [lane] = await world.openIt(processes[0]!, dispatch);
  const racing = processes.flatMap((p) => [world.runLane(p, lane!.lane), world.runLane(p, lane!.lane)]);
  await Promise.all(racing);
  await Promise.all(processes.map((p) => p.quiet()));
  expect(world.gateway.log).toHaveLength(200);
  expect(await world.tally(dispatch)).toEqual({ sent: 200 });
});

test("Nobody gets a dispatch twice: a turn that lost its token claims nothing more", async () => {
  const operator = await world.addOperator(1000);
  await world.addRecipients(operator, 600);
  const dispatch = await world.addDispatch();
  const [old, young] = [world.process(), world.process()];
  const [lane] = await world.openIt(old, dispatch);
  const [oldToken, youngToken] = [crypto.randomUUID(), crypto.randomUUID()];
  expect(await beginTurn(old.ctx.db.sql, lane!.lane, oldToken, TURN_LEASE_MS)).toBeDefined();
  expect(await beginTurn(young.ctx.db.sql, lane!.lane, youngToken, TURN_LEASE_MS)).toBeUndefined();
  // The old turn is silent for longer than its token lives, as a stopped process is.
  await world.jump(TURN_LEASE_MS + 1000);
  expect(await beginTurn(young.ctx.db.sql, lane!.lane, youngToken, TURN_LEASE_MS)).toBeDefined();
  const claims = await Promise.all([
    claimChunk(old.ctx, lane!.lane, oldToken, 1000),
    claimInTime(young, lane!.lane, youngToken, 1000),
    claimChunk(old.ctx, lane!.lane, oldToken, 1000),
  ]);
  expect(claims.map((c) => c.kind)).toEqual(["closed", "chunk", "closed"]);
  for (const claim of claims) if (claim.kind === "chunk") await transmitChunk(young.ctx, claim.chunk).settled;
});

test("Nobody gets a dispatch twice: a cursor that is moved back claims nobody who has a message", async () => {
  const operator = await world.addOperator(null);
  await world.addRecipients(operator, 500);
  const dispatch = await world.addDispatch();
  const process = world.process();
  const [lane] = await world.openIt(process, dispatch);
  const token = crypto.randomUUID();
  await beginTurn(process.ctx.db.sql, lane!.lane, token, TURN_LEASE_MS);
  const first = await claimChunk(process.ctx, lane!.lane, token, 800);
  expect(first.kind === "chunk" && first.chunk.ids.length).toBe(200);
  await world.sql`update lanes set cursor = 0, drained = false`;
  await world.sql`update lanes set turn_token = null`;
  await world.runLane(process, lane!.lane);
  await world.runAnnounced(process);
  expect(world.gateway.log).toHaveLength(300);
  if (first.kind === "chunk") await transmitChunk(process.ctx, first.chunk).settled;
  await world.runLane(process, lane!.lane);
  await world.runAnnounced(process);
  expect(world.gateway.log).toHaveLength(500);
  expect(await world.tally(dispatch)).toEqual({ sent: 500 });
});

test("Nobody gets a dispatch twice: somebody who changes operators while it runs gets it once", async () => {
  const [a, b] = [await world.addOperator(400), await world.addOperator(300)];
  const ofA = await world.addRecipients(a, 200);
  const ofB = await world.addRecipients(b, 200);
  const dispatch = await world.addDispatch();
  const process = world.process();
  const lanes = await world.openIt(process, dispatch);
  const running = Promise.all(lanes.map(({ lane }) => world.runLane(process, lane)));
  for (let round = 1; round <= 6; round++) {
    await world.gateway.until(round * 40);
    await world.sql`update recipients set operator_no = ${a}::int + ${b}::int - operator_no, operator_changed_at = clock_now()
      where no % 3 = ${round % 3}`;
  }
  await running;
  await world.runAnnounced(process);
  expect(await world.tally(dispatch)).toEqual({ sent: 400 });
  expect(new Set(world.gateway.log.map((h) => h.recipientNo))).toEqual(new Set([...ofA, ...ofB]));
});

test("Nobody gets a dispatch twice: a chunk whose lease was taken away is not sent", async () => {
  const operator = await world.addOperator(null);
  await world.addRecipients(operator, 100);
  const dispatch = await world.addDispatch();
  const [slow, other] = [world.process(), world.process()];
  const [lane] = await world.openIt(slow, dispatch);
  const token = crypto.randomUUID();
  await beginTurn(slow.ctx.db.sql, lane!.lane, token, TURN_LEASE_MS);
  const claim = await claimChunk(slow.ctx, lane!.lane, token, 1000);
  // By the database alone: the slow one's own clock does not tell it, only its token does.
  await world.sql`update chunks set lease_until = clock_now() - interval '1 second'`;
  await world.sql`update lanes set turn_until = clock_now() - interval '1 second'`;
  await sweep(other.ctx, 0);
  other.announced.length = 0;
  expect(await world.tally(dispatch)).toEqual({ deferred: 100 });
  if (claim.kind === "chunk") await transmitChunk(slow.ctx, claim.chunk).settled;
  expect(world.gateway.log).toHaveLength(0);
  await world.runLane(other, lane!.lane);
  await world.runAnnounced(other);
  expect(await world.tally(dispatch)).toEqual({ sent: 100 });
});

test.each([
  { rate: 200, idempotent: false },
  { rate: null, idempotent: false },
  { rate: 200, idempotent: true },
  { rate: null, idempotent: true },
])(
  "Nobody gets a dispatch twice: a process that stood still past its lease hands over nothing more (rate $rate, idempotent $idempotent)",
  async ({ rate, idempotent }) => {
    const half = 20;
    world.gateway.idempotent = idempotent;
    // The rest of the chunk waits for a free connection, and so for answers.
    world.gateway.connectionsMax = half;
    await world.addRecipients(await world.addOperator(rate), 100);
    await world.addRecipients(await world.addOperator(null), 1);
    const dispatch = await world.addDispatch();
    const [slow, other] = [world.process(), world.process()];
    const [lane, unbegun] = await world.openIt(slow, dispatch);
    const token = crypto.randomUUID();
    await beginTurn(slow.ctx.db.sql, lane!.lane, token, TURN_LEASE_MS);
    const claim = await claimInTime(slow, lane!.lane, token, 200);
    if (claim.kind !== "chunk") throw new Error(`the claim is ${claim.kind}`);
    const size = claim.chunk.ids.length;
    expect(size).toBeGreaterThanOrEqual(2 * half);
    let answer = (_: Outcome) => {};
    const late = new Promise<Outcome>((resolve) => {
      answer = resolve;
    });
    world.gateway.respond = () => late;
    const { settled } = transmitChunk(slow.ctx, claim.chunk);
    await world.gateway.until(half);
    slow.life.freeze();

    await world.jump(LEASE_MS + 10_000);
    world.gateway.respond = () => ({ kind: "accepted" });
    await sweep(other.ctx, 0);
    other.announced.length = 0;
    // The dispatch goes on after this lane has sent all it can: it has another one.
    await world.runLane(other, lane!.lane);
    await other.quiet();
    expect(await world.tally(dispatch)).toEqual(
      idempotent ? { sent: 100 } : { sent: 100 - size, unknown: size },
    );
    const handedOver = world.gateway.log.length;
    const before = await world.snapshot();

    const warned = vi.spyOn(log, "warn");
    slow.life.thaw();
    const claimed = { rate, quietVersion: 1, untilMs: Number.POSITIVE_INFINITY };
    // It has looked at its lane anew, which is open, and learnt what time it is, before it can go
    // on.
    await world.until(() => slow.ctx.gates.check(lane!.lane, claimed, slow.ctx.clock.now()) === "open");
    answer({ kind: "accepted" });
    await settled;
    expect(warned.mock.calls).toContainEqual([
      { chunk: claim.chunk.no },
      "a chunk's lease had run out before it was settled",
    ]);
    warned.mockRestore();
    expect(world.gateway.log).toHaveLength(handedOver);
    expect(await world.snapshot()).toEqual(before);
    await expectCountersExact(world.sql);

    await world.runLane(other, unbegun!.lane);
    await world.runAnnounced(other);
    expect(await world.statusOf(dispatch)).toBe("completed");
    expect(await world.tally(dispatch)).toEqual(
      idempotent ? { sent: 101 } : { sent: 101 - size, unknown: size },
    );
  },
);

test("Nobody gets a dispatch twice: opening, turns and closing that are replayed do nothing", async () => {
  const operator = await world.addOperator(null);
  await world.addRecipients(operator, 150);
  const dispatch = await world.addDispatch();
  const process = world.process();
  await world.run(process, dispatch);
  const before = await world.snapshot();
  for (let replay = 0; replay < 3; replay++) {
    const lanes = await world.sql<{ no: number }[]>`select no from lanes`;
    await Promise.all([
      world.openIt(process, dispatch).catch(() => {}),
      ...lanes.map(({ no }) => takeTurn(process.ctx, no, 500)),
      world.finish(process, dispatch),
    ]);
    await process.quiet();
    await world.sweep(process);
  }
  expect(world.gateway.log).toHaveLength(150);
  expect(await world.snapshot()).toEqual(before);
});
