import { afterEach, beforeEach, expect, test } from "vitest";
import { type Hours, weekdays } from "@/lib/domain/daily-hours";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";
import { openDispatch } from "@/lib/services/dispatches/open-dispatch";
import { pauseDispatch } from "@/lib/services/dispatches/pause-dispatch";
import { resumeDispatch } from "@/lib/services/dispatches/resume-dispatch";
import { sendTest } from "@/lib/services/dispatches/send-test";
import { updateDispatch } from "@/lib/services/dispatches/update-dispatch";
import { setQuietHours } from "@/lib/services/sending/quiet-hours";
import { sweep } from "@/lib/services/sending/sweep";
import { takeTurn } from "@/lib/services/sending/take-turn";
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

const DAY = 24 * 3_600_000;
const six = [
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
const daytime = hours("09:00", "21:00");
const night = hours("21:00", "09:00");

/** Nobody was written to outside their hours, by the database's clock and the zones of today. */
async function expectHoursKept(
  rule: { local: Hours | null; quiet: Hours | null },
  { from = 0, to = Number.POSITIVE_INFINITY } = {},
): Promise<void> {
  const rows = await world.sql<{ no: string; zone: string | null }[]>`
    select no, timezone as zone from recipients`;
  const zones = new Map(rows.map(({ no, zone }) => [Number(no), zone ?? "UTC"]));
  const skewMs = (await world.databaseNowMs()) - world.clock.now();
  const broken = world.gateway.log
    .slice(from, to)
    .map(({ recipientNo, atMs }) => ({ zone: zones.get(recipientNo)!, at: new Date(atMs + skewMs) }))
    .filter(({ zone, at }) => ![-20, 20].some((ms) => isAllowedAt(rule, zone, +at + ms)));
  expect(broken, "written outside their hours").toEqual([]);
  const odd = await world.sql`
    select no, zone, range_from, first_written_at, last_written_at, range_to from chunks
    where first_written_at < range_from or last_written_at >= range_to`;
  expect(odd, "chunks that were not written in the hours they were claimed for").toEqual([]);
}

const completed = async (dispatch: DispatchRef, tally: Record<string, number>) => {
  expect(await world.tally(dispatch)).toEqual(tally);
  expect(await world.statusOf(dispatch)).toBe("completed");
};

/** Opens a dispatch of one lane. */
async function open(process: Process, dispatch: DispatchRef): Promise<number> {
  return (await world.openIt(process, dispatch))[0]!.lane;
}

/** Lets a lane work until it sleeps for more than a minute. @returns until when */
async function untilItSleeps(process: Process, lane: number): Promise<string> {
  for (;;) {
    const turn = await takeTurn(process.ctx, lane, 2_000);
    await process.quiet();
    if (turn.next === "again") continue;
    // What came back from the gateway wakes the lane.
    if (!("at" in turn)) {
      if (process.announced.splice(0).length === 0) throw new Error("the lane does not sleep");
      continue;
    }
    const aheadMs = Date.parse(turn.at) - (await world.databaseNowMs());
    if (aheadMs > 60_000) return turn.at;
    await world.jump(Math.max(0, aheadMs) + 1);
  }
}

/** Runs all lanes of a dispatch: time passes only when each of them sleeps. */
async function runTogether(process: Process, dispatch: DispatchRef): Promise<void> {
  const due = new Map((await world.openIt(process, dispatch)).map(({ lane }) => [lane, 0]));
  while (due.size > 0) {
    const nextMs = Math.min(...due.values());
    const aheadMs = nextMs - (await world.databaseNowMs());
    if (aheadMs > 0) await world.jump(aheadMs + 1, { atRest: true });
    for (const lane of [...due.keys()].filter((no) => due.get(no)! <= nextMs)) {
      const turn = await takeTurn(process.ctx, lane, 2_000);
      await process.quiet();
      if ("at" in turn) due.set(lane, Date.parse(turn.at));
      else if (turn.next === "done") due.delete(lane);
      for (const event of process.announced.splice(0))
        if (event.name === "lane/turn.due") due.set(event.data.lane, 0);
    }
  }
}

test.each([
  { about: "a night", at: "2027-03-10T17:59:50Z", zones: six },
  {
    about: "the clocks going forward",
    at: "2027-03-27T19:59:50Z",
    zones: ["Europe/Berlin", "Europe/London", "America/New_York"],
  },
  {
    about: "the clocks going back",
    at: "2027-10-30T18:59:50Z",
    zones: ["Europe/Berlin", "Australia/Lord_Howe", "America/Santiago"],
  },
])("Everybody gets it once, in their own hours, at the operator's rate: $about", async ({ at, zones }) => {
  const operator = await world.addOperator(300);
  const each = Math.floor(1_200 / zones.length);
  for (const zone of zones) await world.addRecipients(operator, each, undefined, zone);
  await world.jumpTo(at);
  const dispatch = await world.addDispatch({ localTime: daytime, endInMs: 2 * DAY });
  await world.run(world.process(), dispatch);
  await completed(dispatch, { sent: each * zones.length });
  await expectHoursKept({ local: daytime, quiet: null });
  expect((await getDispatch(world.web(), dispatch.id)).hours).toEqual({
    written: each * zones.length,
    outside: 0,
  });
  expectRateKept(world.gateway.log, 300);
  // Each hand-over says until when it is worth delivering: the end of their hours that day.
  for (const { validForMs } of world.gateway.log) expect(validForMs).toBeLessThanOrEqual(DAY / 2);
});

test("Hours of the dispatch and the installation's quiet hours hold together, with a tag, and without a rate", async () => {
  const tag = await world.addTag();
  const operators = [await world.addOperator(null), await world.addOperator(500)];
  for (const operator of operators)
    for (const zone of [...six, null]) await world.addRecipients(operator, 20, tag, zone);
  await world.addRecipients(operators[0]!, 50, undefined, "Asia/Omsk");
  const quiet = hours("12:00", "10:30");
  await setQuietHours(world.web(), { ...quiet, enabled: true });
  await world.jumpTo("2027-03-10T05:00:00Z");
  const dispatch = await world.addDispatch({
    localTime: hours("10:00", "11:00"),
    tagNo: tag,
    endInMs: 2 * DAY,
  });
  await runTogether(world.process(), dispatch);
  await completed(dispatch, { sent: 2 * 7 * 20 });
  await expectHoursKept({ local: hours("10:00", "11:00"), quiet });
});

test("An audience that is an expression goes by each person's hours, too", async () => {
  const [wanted, unwanted] = [await world.addTag(), await world.addTag()];
  const operator = await world.addOperator(500);
  for (const zone of [...six, null]) {
    await world.addRecipients(operator, 20, wanted, zone);
    const nos = await world.addRecipients(operator, 10, wanted, zone);
    await world.sql`insert into recipient_tags select ${unwanted}::int, no from unnest(${nos}::bigint[]) no`;
    await world.addRecipients(operator, 10, undefined, zone);
  }
  await world.jumpTo("2027-03-10T14:00:00Z");
  const terms = { all: [wanted], any: [], none: [unwanted], operators: [], attributes: [], excluded: [] };
  const dispatch = await world.addDispatch({ terms, localTime: daytime, endInMs: 2 * DAY });
  await runTogether(world.process(), dispatch);
  await completed(dispatch, { sent: 7 * 20 });
  await expectHoursKept({ local: daytime, quiet: null });
});

test("A dispatch that ignores quiet hours does not wait, and one of before keeps them from the change on", async () => {
  const operator = await world.addOperator(200);
  await world.addRecipients(operator, 600, undefined, "Asia/Omsk");
  // 23:00 in Omsk.
  await world.jumpTo("2027-03-10T17:00:00Z");
  const [plain, ignoring] = [
    await world.addDispatch({ endInMs: DAY }),
    await world.addDispatch({ endInMs: DAY, ignoreQuietHours: true }),
  ];
  const process = world.process();
  const running = [world.run(process, plain), world.run(process, ignoring)];
  await world.gateway.until(200);
  await setQuietHours({ ...world.web(), announce: process.ctx.announce }, { ...night, enabled: true });
  const changedMs = world.clock.now();
  const of = (dispatch: DispatchRef) =>
    world.gateway.log.filter(({ dispatchNo }) => dispatchNo === dispatch.no);
  await world.until(() => of(ignoring).length === 600);
  // A second after the change nobody more of the other was written to, until nine in the morning.
  const before = of(plain).filter(({ atMs }) => atMs < changedMs + 1_000).length;
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(600);
  await Promise.all(running);
  await world.sweep(process);
  const late = of(plain).slice(before);
  const skewMs = (await world.databaseNowMs()) - world.clock.now();
  for (const { atMs } of late)
    expect(isAllowedAt({ local: null, quiet: night }, "Asia/Omsk", atMs + skewMs + 20)).toBe(true);
  await completed(plain, { sent: 600 });
  await completed(ignoring, { sent: 600 });
});

test("Quiet hours that begin now keep back what is claimed already and waits for a connection", async () => {
  await world.addRecipients(await world.addOperator(null), 20, undefined, "Asia/Omsk");
  await world.jumpTo("2027-03-10T17:00:00Z");
  world.gateway.heldUpMs = () => 2_500;
  const dispatch = await world.addDispatch({ endInMs: DAY });
  const process = world.process();
  const running = world.run(process, dispatch);
  await world.until(async () => (await world.sql`select from chunks where state = 'started'`).length > 0);
  await setQuietHours(world.web(), { ...night, enabled: true });
  await world.until(() => world.gateway.withheld > 0);
  world.gateway.heldUpMs = () => 0;
  await running;
  await completed(dispatch, { sent: 20 });
  await expectHoursKept({ local: null, quiet: night });
});

test("Quiet hours that end early wake who sleeps by them, also retries, and a change that nobody was told of is found by the sweep", async () => {
  const operator = await world.addOperator(null);
  await world.addRecipients(operator, 10, undefined, "Asia/Omsk");
  await setQuietHours(world.web(), { ...night, enabled: true });
  await world.jumpTo("2027-03-10T14:58:00Z");
  const process = world.process();
  const dispatch = await world.addDispatch({ endInMs: DAY });
  world.gateway.respond = () => ({ kind: "deferred", code: "http_503", retryAfterMs: 300_000 });
  const lane = await open(process, dispatch);
  const at = await untilItSleeps(process, lane);
  expect(Date.parse(at)).toBeGreaterThan(Date.parse("2027-03-10T15:00:00Z"));
  await world.jumpTo(at);
  expect(await untilItSleeps(process, lane)).toBe("2027-03-11T03:00:00.000Z");
  world.gateway.respond = () => ({ kind: "accepted" });
  const tried = world.gateway.log.length;
  // The web process dies right after its commit: nobody is woken.
  await world.sql`update quiet_hours set enabled = false, version = version + 1`;
  await world.sweep(process);
  expect(world.gateway.log.length).toBe(tried + 10);
  expect(await world.databaseNowMs()).toBeLessThan(Date.parse("2027-03-10T16:00:00Z"));
  await completed(dispatch, { sent: 10 });
});

test("Nobody whose zone is unknown gets anything where they are to be skipped, and a zone that nobody knows is none", async () => {
  const operator = await world.addOperator(100);
  await world.addRecipients(operator, 5);
  await world.addRecipients(operator, 5, undefined, "Mars/Olympus");
  await world.addRecipients(operator, 5, undefined, "Asia/Omsk");
  await world.jumpTo("2027-03-10T05:00:00Z");
  const [skips, keeps] = [
    await world.addDispatch({ localTime: hours("09:00", "21:00", "skip"), endInMs: DAY }),
    await world.addDispatch({ localTime: daytime, endInMs: DAY }),
  ];
  const process = world.process();
  await world.run(process, skips);
  await completed(skips, { sent: 5, skipped: 10 });
  expect(await world.sql`select distinct error from messages where status = 'skipped'`).toEqual([
    { error: "unknown_zone" },
  ]);
  await world.run(process, keeps);
  await completed(keeps, { sent: 15 });
});

test("Who never has an hour within the window expires, and nobody is asked again and again about them", async () => {
  const operator = await world.addOperator(null);
  await world.addRecipients(operator, 5, undefined, "Asia/Vladivostok");
  await world.addRecipients(operator, 5, undefined, "Europe/Moscow");
  await world.jumpTo("2027-03-10T12:00:00Z");
  const process = world.process();
  const dispatch = await world.addDispatch({ localTime: daytime, endInMs: 6 * 3_600_000 });
  const lane = await open(process, dispatch);
  expect(Date.parse(await untilItSleeps(process, lane))).toBeGreaterThan(Date.parse("2027-03-10T17:59:58Z"));
  await world.jumpTo("2027-03-10T18:00:01Z");
  await world.sweep(process);
  const [row] = await world.sql`select status, unclaimed_expired::int as unclaimed from dispatches`;
  expect(row).toEqual({ status: "expired", unclaimed: 5 });
  expect(await world.tally(dispatch)).toEqual({ sent: 5 });
});

test("Nothing is written after the last hour, however fast its lane is and however long a connection takes", async () => {
  await world.addRecipients(await world.addOperator(null), 3_000, undefined, "Asia/Omsk");
  world.gateway.connectionsMax = 20;
  world.gateway.heldUpMs = () => 100;
  await world.jumpTo("2027-03-10T14:59:57Z");
  const dispatch = await world.addDispatch({ localTime: daytime, endInMs: 2 * 3_600_000 });
  const process = world.process();
  const lane = await open(process, dispatch);
  void world.runLane(process, lane);
  await world.until(async () => (await world.databaseNowMs()) > Date.parse("2027-03-10T15:00:01Z"));
  expect(world.gateway.log.length).toBeGreaterThan(0);
  expect(world.gateway.log.length).toBeLessThan(3_000);
  await expectHoursKept({ local: daytime, quiet: null });
});

test("A later end gives hours to who had none before it", async () => {
  await world.addRecipients(await world.addOperator(null), 5, undefined, "Asia/Vladivostok");
  await world.jumpTo("2027-03-10T12:00:00Z");
  const process = world.process();
  const dispatch = await world.addDispatch({ localTime: daytime, endInMs: 6 * 3_600_000 });
  const lane = await open(process, dispatch);
  await untilItSleeps(process, lane);
  await updateDispatch(
    { ...process.ctx, announce: async () => {} },
    dispatch.id,
    { end_datetime: "2027-03-12T00:00:00Z" },
    null,
  );
  expect(await untilItSleeps(process, lane)).toBe("2027-03-10T23:00:00.000Z");
  await pauseDispatch(process.ctx, dispatch.id);
  await resumeDispatch(process.ctx, dispatch.id);
  await world.runAnnounced(process);
  await completed(dispatch, { sent: 5 });
  await expectHoursKept({ local: daytime, quiet: null });
});

test("A night costs a lane one run: whoever wakes it meanwhile goes away, and the sweep leaves it alone", async () => {
  await world.addRecipients(await world.addOperator(100), 20, undefined, "Asia/Omsk");
  await world.jumpTo("2027-03-10T15:00:00Z");
  const process = world.process();
  const dispatch = await world.addDispatch({ localTime: daytime, endInMs: DAY });
  const lane = await open(process, dispatch);
  await untilItSleeps(process, lane);
  for (let hour = 0; hour < 11; hour++) {
    await world.jump(3_600_000, { atRest: true });
    expect(await takeTurn(process.ctx, lane, 2_000)).toEqual({ next: "done" });
    expect(await sweep(process.ctx, 0)).toMatchObject({ lanes: 0, due: 0 });
    expect(process.announced.splice(0)).toEqual([]);
  }
  await world.jumpTo("2027-03-11T03:00:00Z");
  await world.runLane(process, lane);
  await process.quiet();
  await completed(dispatch, { sent: 20 });
});

test("A message that was put off in the evening is tried again in the morning, in the zone that its recipient has by then", async () => {
  const [mover] = await world.addRecipients(await world.addOperator(null), 3, undefined, "Asia/Omsk");
  await world.jumpTo("2027-03-10T14:58:00Z");
  const process = world.process();
  world.gateway.respond = (_, nth) =>
    nth === 1 ? { kind: "deferred", code: "http_503", retryAfterMs: 200_000 } : { kind: "accepted" };
  const dispatch = await world.addDispatch({ localTime: daytime, endInMs: 2 * DAY });
  const lane = await open(process, dispatch);
  const first = await untilItSleeps(process, lane);
  await world.sql`update recipients set timezone = 'Europe/Moscow' where no = ${mover!}`;
  await world.jumpTo(first);
  await world.runLane(process, lane);
  await world.runAnnounced(process);
  await completed(dispatch, { sent: 3 });
  await expectHoursKept({ local: daytime, quiet: null }, { from: 3 });
});

test("Who moves to a zone that was passed is found: before the lane sleeps, and at the latest at the finish", async () => {
  // Slow: they move while it sends, on a busy machine too.
  const operator = await world.addOperator(5);
  const [early] = await world.addRecipients(operator, 1, undefined, "Asia/Vladivostok");
  await world.addRecipients(operator, 25, undefined, "Europe/Moscow");
  const [late] = await world.addRecipients(operator, 2, undefined, "Asia/Vladivostok");
  // Day in Moscow, night in Vladivostok.
  await world.jumpTo("2027-03-10T13:00:00Z");
  const process = world.process();
  const dispatch = await world.addDispatch({ localTime: daytime, endInMs: 2 * DAY });
  const lane = await open(process, dispatch);
  const running = untilItSleeps(process, lane);
  await world.gateway.until(1);
  // The lane is past this number in Moscow, and London has no row of its own yet.
  await world.sql`update recipients set timezone = case no when ${early!} then 'Europe/Moscow' else 'Europe/London' end
    where no in (${early!}, ${late!})`;
  expect(await running).toBe("2027-03-10T23:00:00.000Z");
  expect(world.gateway.log.map(({ recipientNo }) => recipientNo)).toEqual(
    expect.arrayContaining([early, late]),
  );
  await world.jumpTo("2027-03-10T23:00:00Z");
  await world.runLane(process, lane);
  await world.runAnnounced(process);
  await completed(dispatch, { sent: 28 });
});

test("A process that dies in the evening leaves nobody out, and nobody is written to at night", async () => {
  const operator = await world.addOperator(100);
  await world.addRecipients(operator, 200, undefined, "Asia/Omsk");
  await world.addRecipients(operator, 50, undefined, "Europe/Moscow");
  await world.jumpTo("2027-03-10T14:58:00Z");
  const dispatch = await world.addDispatch({ localTime: daytime, endInMs: 2 * DAY });
  const victim = world.process();
  const lane = await open(victim, dispatch);
  void world.runLane(victim, lane);
  await world.gateway.until(60);
  await victim.kill();
  const survivor = world.process();
  // Its lease ends after the evening has.
  await world.jump(130_000);
  await world.sweep(survivor);
  const tally = await world.tally(dispatch);
  expect((tally.sent ?? 0) + (tally.unknown ?? 0)).toBe(250);
  expect(await world.statusOf(dispatch)).toBe("completed");
  await expectHoursKept({ local: daytime, quiet: null });
});

test("A test in somebody's night is refused with the instant, but for those who may ignore it", async () => {
  const [no] = await world.addRecipients(await world.addOperator(null), 1, undefined, "Asia/Omsk");
  await setQuietHours(world.web(), { ...night, enabled: true });
  await world.jumpTo("2027-03-10T20:00:00Z");
  const [row] = await world.sql<{ phone: string }[]>`select phone from recipients where no = ${no!}`;
  const web = world.web();
  const rights = new Set([...web.actor.rights].filter((right) => right !== "quiet_hours:ignore"));
  const marketer = { ...web, actor: { ...web.actor, rights } };
  const text = { phone: row!.phone, message_text: "On my phone" };
  await expect(sendTest(marketer, text)).rejects.toMatchObject({
    code: "outside_hours",
    params: { at: "2027-03-11T03:00:00.000Z" },
  });
  const sent = await sendTest(web, text);
  const process = world.process();
  const opened = await openDispatch(process.ctx, sent.id, 1);
  if (opened.kind !== "open") throw new Error(opened.kind);
  await world.runLane(process, opened.lanes[0]!.lane);
  await process.quiet();
  expect(world.gateway.log).toHaveLength(1);
});
