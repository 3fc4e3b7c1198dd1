import { afterEach, beforeEach, expect, test } from "vitest";
import { type Hours, weekdays } from "@/lib/domain/hours";
import { expectCountersExact, expectNobodyTwice, expectRateKept } from "@/test/support/sending-oracle";
import { isAllowedAt } from "@/test/support/wall-clock";
import { type DispatchRef, type Process, World } from "@/test/support/world";

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(async () => {
  await expectCountersExact(world.sql);
  await expectNobodyTwice(world);
  await world.close();
});

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const zones = [
  "Europe/Kaliningrad",
  "Europe/Moscow",
  "Asia/Yekaterinburg",
  "Asia/Omsk",
  "Asia/Vladivostok",
  "America/New_York",
];
const hours = (from: string, to: string, unknown_zone: Hours["unknown_zone"] = "dispatch"): Hours => ({
  from,
  to,
  days: [...weekdays],
  unknown_zone,
});
const day = hours("09:00", "21:00");

/** The rows as they are now: who has which zone. */
async function zonesOf(): Promise<Map<number, string | null>> {
  const rows = await world.sql<
    { no: string; zone: string | null }[]
  >`select no, timezone as zone from recipients`;
  return new Map(rows.map(({ no, zone }) => [Number(no), zone]));
}

/** Nobody was written to outside their hours, on the database's clock. */
async function expectHoursKept(
  rule: { local: Hours | null; quiet: Hours | null },
  zoneOf: (recipientNo: number) => string,
  from = 0,
): Promise<void> {
  const skewMs = (await world.databaseNowMs()) - world.clock.now();
  const broken = world.gateway.log
    .slice(from)
    .map(({ recipientNo, atMs }) => ({ recipientNo, zone: zoneOf(recipientNo), at: new Date(atMs + skewMs) }))
    .filter(({ zone, at }) => ![-20, 20].some((ms) => isAllowedAt(rule, zone, +at + ms)));
  expect(broken, "written outside their hours").toEqual([]);
}

const runs = async (process: Process, dispatch: DispatchRef) => {
  let turns = 0;
  const begin = process.ctx.gates.watch.bind(process.ctx.gates);
  process.ctx.gates.watch = (lane) => {
    turns++;
    return begin(lane);
  };
  await world.run(process, dispatch);
  return turns;
};

test("Everybody gets it once, in their own hours, at the operator's rate: six zones, one night", async () => {
  const operator = await world.addOperator(300);
  for (const zone of zones) await world.addRecipients(operator, 200, undefined, zone);
  await world.jumpTo("2027-03-10T17:59:50Z");
  const process = world.process();
  const dispatch = await world.addDispatch({ localTime: day, endInMs: 2 * DAY });
  await world.run(process, dispatch);
  expect(await world.statusOf(dispatch)).toBe("completed");
  expect(await world.tally(dispatch)).toEqual({ sent: 6 * 200 });
  const zone = await zonesOf();
  await expectHoursKept({ local: day, quiet: null }, (no) => zone.get(no)!);
  expectRateKept(world.gateway.log, 300);
});
