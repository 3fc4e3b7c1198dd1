import { afterEach, beforeEach, expect, test } from "vitest";
import type { Outcome } from "@/lib/gateways/gateway";
import { expectCountersExact, expectNobodyTwice } from "@/test/support/sending-oracle";
import { type DispatchRef, type HandOver, World } from "@/test/support/world";
import { LEASE_MS } from "./claim-chunk";

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(async () => {
  await expectCountersExact(world.sql);
  await expectNobodyTwice(world);
  await world.close();
});

const accepted: Outcome = { kind: "accepted" };

async function endOf({ no }: DispatchRef): Promise<number> {
  const [row] = await world.sql<
    { ms: number }[]
  >`select extract(epoch from end_at)::float8 * 1000 as ms from dispatches where no = ${no}`;
  return row!.ms;
}

const endLater = ({ no }: DispatchRef) =>
  world.sql`update dispatches set end_at = end_at + interval '1 hour' where no = ${no}`;
const ends = (handOvers: HandOver[]) => [...new Set(handOvers.map((h) => h.validUntilMs))];
const firsts = (seen: Set<string>) => (h: HandOver) => !seen.has(h.id) && seen.add(h.id);

test("Each hand-over says when the message stops being worth delivering: the end of the window, and how long it is until then", async () => {
  await world.addRecipients(await world.addOperator(null), 10);
  const dispatch = await world.addDispatch();
  await world.run(world.process(), dispatch);
  const endMs = await endOf(dispatch);
  expect(world.gateway.log).toHaveLength(10);
  // The gateway's clock is the database's here, and each was handed over a moment before the
  // gateway looked at it.
  for (const { validUntilMs, validForMs, atMs } of world.gateway.log) {
    expect(validUntilMs).toBe(endMs);
    expect(validForMs).toBeGreaterThanOrEqual(endMs - atMs - 100);
  }
});

test("What a gateway may have taken is given again with the end that it heard first, anything else with the present one", async () => {
  world.gateway.idempotent = true;
  await world.addRecipients(await world.addOperator(null), 20);
  const dispatch = await world.addDispatch();
  const before = await endOf(dispatch);
  world.gateway.respond = async ({ recipientNo }, nth) => {
    if (nth === 1)
      return recipientNo % 2 ? { kind: "unknown", code: "timeout" } : { kind: "deferred", code: "http_503" };
    // Lost again: the third try still says what the first did.
    return nth === 2 ? { kind: "unknown", code: "timeout" } : accepted;
  };
  const process = world.process();
  await world.openIt(process, dispatch);
  const isEndLater = world.gateway.until(20).then(() => endLater(dispatch));
  await world.run(process, dispatch);
  await isEndLater;
  expect(await world.tally(dispatch)).toEqual({ sent: 20 });
  const [odd, even] = [1, 0].map((rest) =>
    world.gateway.log.filter(({ recipientNo }) => recipientNo % 2 === rest),
  );
  expect(ends(odd!)).toEqual([before]);
  expect(odd).toHaveLength(30);
  const isFirst = firsts(new Set());
  expect(ends(even!.filter((h) => !isFirst(h)))).toEqual([before + 3_600_000]);
});

test("What a process that died may have handed over is given again with the end that it said", async () => {
  world.gateway.idempotent = true;
  await world.addRecipients(await world.addOperator(200), 1_000);
  const dispatch = await world.addDispatch();
  const before = await endOf(dispatch);
  const [dead, alive] = [world.process(), world.process()];
  const [lane] = await world.openIt(dead, dispatch);
  const dying = world.runLane(dead, lane!.lane);
  await world.gateway.until(60);
  await dead.kill();
  await dying;
  const seen = new Set(world.gateway.log.map(({ id }) => id));
  const killedAt = world.gateway.log.length;
  const [lastClaimed] = (
    await world.sql<{ no: number }[]>`select max(last_id & 4294967295)::float8 as no from chunks`
  ).map(({ no }) => no);
  await endLater(dispatch);
  await world.jump(LEASE_MS + 10_000);
  await world.sweep(alive);
  await world.runLane(alive, lane!.lane);
  await world.runAnnounced(alive);
  const again = world.gateway.log.slice(killedAt).filter(({ id }) => seen.has(id));
  expect(again.length).toBeGreaterThan(0);
  expect(ends(again)).toEqual([before]);
  // Those whom nobody had claimed before hear of the present end.
  const fresh = world.gateway.log.filter(({ recipientNo }) => recipientNo > lastClaimed!);
  expect(fresh.length).toBeGreaterThan(0);
  expect(ends(fresh)).toEqual([before + 3_600_000]);
});
