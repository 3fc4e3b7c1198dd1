import { afterEach, beforeEach, expect, test } from "vitest";
import { beginTurn } from "@/db/sending/turns";
import { closedBreaker } from "@/lib/domain/breaker";
import { weekdays } from "@/lib/domain/daily-hours";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";
import { expectCountersExact, expectNobodyTwice } from "@/test/support/sending-oracle";
import { World } from "@/test/support/world";
import { claimChunk, TURN_LEASE_MS } from "./claim-chunk";
import { sweep } from "./sweep";
import { takeTurn } from "./take-turn";
import { transmitChunk } from "./transmit-chunk";

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(async () => {
  await expectCountersExact(world.sql);
  await expectNobodyTwice(world);
  await world.close();
});

test("A gateway so slow that a chunk would outlive its lease makes nothing unknown: what is left of the chunk is claimed anew", async () => {
  world.gateway.connectionsMax = 1;
  const [process, other] = [world.process(), world.process()];
  world.gateway.respond = async ({ recipientNo }) => {
    await world.jump(2_500);
    if (recipientNo % 5 === 0) await sweep(other.ctx, 0);
    return { kind: "accepted" };
  };
  await world.addRecipients(await world.addOperator(null), 60);
  const dispatch = await world.addDispatch();
  await world.run(process, dispatch);
  expect(await world.tally(dispatch)).toEqual({ sent: 60 });
});

test("A chunk whose lease has run out is not started, whether or not somebody has taken it back", async () => {
  await world.addRecipients(await world.addOperator(null), 50);
  const dispatch = await world.addDispatch();
  const [slow, other] = [world.process(), world.process()];
  const [lane] = await world.openIt(slow, dispatch);
  const token = crypto.randomUUID();
  await beginTurn(slow.ctx.db.sql, lane!.lane, token, TURN_LEASE_MS);
  const claim = await claimChunk(slow.ctx, lane!.lane, token, 1000);
  await world.sql`update chunks set lease_until = clock_now() - interval '1 second'`;
  if (claim.kind === "chunk") await transmitChunk(slow.ctx, claim.chunk).settled;
  expect(world.gateway.log).toHaveLength(0);
  await world.jump(TURN_LEASE_MS + 1);
  await world.sweep(other);
  expect(await world.tally(dispatch)).toEqual({ sent: 50 });
});

test("A clock of the database that steps back does not make a chunk under way wait for its slots to come round again", async () => {
  await world.addRecipients(await world.addOperator(100), 60);
  const dispatch = await world.addDispatch();
  const running = world.run(world.process(), dispatch);
  await world.gateway.until(5);
  const steppedMs = 120_000;
  await world.stepDatabaseClock(-steppedMs);
  await running;
  expect(await world.tally(dispatch)).toEqual({ sent: 60 });
  expect(world.gateway.log.at(-1)!.atMs - world.gateway.log[4]!.atMs).toBeLessThan(steppedMs / 4);
});

test("What was written outside the hours it was claimed for is told of the dispatch", async () => {
  const operator = await world.addOperator(null);
  await world.addRecipients(operator, 20, undefined, "Asia/Omsk");
  const localTime = { from: "00:00", to: "24:00", days: [...weekdays], unknown_zone: "skip" as const };
  const dispatch = await world.addDispatch({ localTime });
  const process = world.process();
  const [lane] = await world.openIt(process, dispatch);
  const token = crypto.randomUUID();
  await beginTurn(process.ctx.db.sql, lane!.lane, token, TURN_LEASE_MS);
  const claim = await claimChunk(process.ctx, lane!.lane, token, 1000);
  if (claim.kind !== "chunk") throw new Error(claim.kind);
  // As though its hours began later than the claim had seen.
  claim.chunk.hours!.fromMs = claim.chunk.hours!.toMs;
  await transmitChunk(process.ctx, claim.chunk).settled;
  const { hours } = await getDispatch(world.web(), dispatch.id);
  expect(hours).toEqual({ written: 20, outside: 20 });
  await process.quiet();
});

test("An operator that is given a gateway whose breaker is open, in the middle of a turn, waits: nothing is claimed to be released", async () => {
  const operator = await world.addOperator(100);
  await world.addRecipients(operator, 200);
  const dispatch = await world.addDispatch();
  const process = world.process();
  const fake = process.ctx.gatewayOf("default");
  process.ctx.gatewayOf = (name) => ({ ...fake, name });
  const [lane] = await world.openIt(process, dispatch);
  const untilMs = world.clock.now() + 60_000;
  process.ctx.breakers.of("backup", operator).state = {
    ...closedBreaker,
    refusals: 20,
    trips: 6,
    openUntilMs: untilMs,
    reason: "http_503",
  };
  const turn = takeTurn(process.ctx, lane!.lane, 20_000);
  await world.gateway.until(5);
  await world.sql`update operators set gateway = 'backup'`;
  expect(await turn).toMatchObject({ next: "later" });
  await process.quiet();
  const [released] = await world.sql<
    { n: number }[]
  >`select count(*)::int as n from chunks where state = 'released'`;
  expect(released!.n).toBeLessThanOrEqual(2);
});
