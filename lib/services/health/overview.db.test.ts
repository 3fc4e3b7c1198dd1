import { afterEach, beforeEach, expect, test } from "vitest";
import { applyReceipts } from "@/db/sending/receipts";
import { type Overview, overviewSchema } from "@/lib/contract/health/overview";
import { weekdays } from "@/lib/domain/daily-hours";
import { presentOverview } from "@/lib/http/present/overview";
import { deleteDispatch } from "@/lib/services/dispatches/delete-dispatch";
import { pauseDispatch } from "@/lib/services/dispatches/pause-dispatch";
import { resumeDispatch } from "@/lib/services/dispatches/resume-dispatch";
import { sendTest } from "@/lib/services/dispatches/send-test";
import { setSending } from "@/lib/services/sending/set-sending";
import { takeTurn } from "@/lib/services/sending/take-turn";
import { World } from "@/test/support/world";
import { getOverview } from "./get-overview";

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(async () => {
  await world.close();
});

const hour = 3_600_000;
const overview = async (timezone = "UTC"): Promise<Overview> =>
  overviewSchema.parse(presentOverview(await getOverview(world.web(), { timezone }), "en"));
const attention = async () => (await overview()).attention.map((a) => a.code);

test("Without dispatches nothing runs, nothing comes, nothing needs anybody, and every operator idles", async () => {
  await world.addOperator(10);
  await world.addOperator(null);
  expect(await overview()).toMatchObject({
    running: [],
    upcoming: [],
    today: { accepted: 0, delivered: 0, undelivered: 0, failed: 0, unknown: 0 },
    operators: [
      { code: "op0", rate_per_second: 10, in_use: 0 },
      { code: "op1", rate_per_second: null, in_use: 0 },
    ],
    attention: [],
  });
});

test("The first steps are told as they are taken, until there is a dispatch, tested or not", async () => {
  const steps = async () => (await overview()).first_steps;
  expect(await steps()).toEqual({ operator: false, recipients: false, test: false });
  const operator = await world.addOperator(null);
  expect(await steps()).toEqual({ operator: true, recipients: false, test: false });

  // Who has opted out or was deleted is nobody to send to.
  const [own, gone] = await world.addRecipients(operator, 2);
  await world.sql`update recipients set deleted_at = clock_now() where no = ${gone!}`;
  await world.sql`update recipients set opted_out_at = clock_now() where no = ${own!}`;
  expect(await steps()).toEqual({ operator: true, recipients: false, test: false });
  await world.sql`update recipients set opted_out_at = null where no = ${own!}`;
  expect(await steps()).toEqual({ operator: true, recipients: true, test: false });

  const dispatch = await world.addDispatch({ startInMs: hour });
  expect(await steps()).toBeNull();
  await deleteDispatch(world.web(), dispatch.id);
  expect(await steps()).toEqual({ operator: true, recipients: true, test: false });

  // A test has shown something once a gateway has taken it.
  const process = world.process();
  const tryIt = async () => {
    const [{ phone }] = (await world.sql`select phone from recipients where no = ${own!}`) as unknown as [
      { phone: string },
    ];
    const { id } = await sendTest(
      { ...world.web(), now: () => new Date(Date.now() - 1000) },
      { phone, message_text: "Hello" },
    );
    const [{ no }] = (await world.sql`select no from dispatches where id = ${id}`) as unknown as [
      { no: number },
    ];
    await world.run(process, { id, no });
  };
  world.gateway.respond = () => ({ kind: "rejected", code: "blocked" });
  await tryIt();
  expect(await steps()).toEqual({ operator: true, recipients: true, test: false });
  world.gateway.respond = () => ({ kind: "accepted" });
  await tryIt();
  expect(await steps()).toEqual({ operator: true, recipients: true, test: true });
  // It is no dispatch that anybody would look for.
  expect(await overview()).toMatchObject({ running: [], last: null });
});

test("While nothing runs the newest of those that are over is shown as well, as far as it came", async () => {
  const operator = await world.addOperator(null);
  await world.addRecipients(operator, 3);
  const process = world.process();
  await world.run(process, await world.addDispatch({ text: "before" }));
  const newest = await world.addDispatch({ text: "newest" });
  await world.run(process, newest);
  await world.addDispatch({ startInMs: hour });
  expect((await overview()).last).toMatchObject({
    id: newest.id,
    text: "newest",
    status: "completed",
    progress: { audience: 3, accepted: 3 },
  });
  await world.openIt(process, await world.addDispatch());
  expect(await overview()).toMatchObject({ running: [{ status: "running" }], last: null });
});

test("A running dispatch shows its rate, its operator's use and when it will be through", async () => {
  const operator = await world.addOperator(200);
  await world.addRecipients(operator, 2_000);
  const dispatch = await world.addDispatch({ segments: 2, text: "я".repeat(100) });
  const process = world.process();
  const [lane] = await world.openIt(process, dispatch);
  const running = world.runLane(process, lane!.lane);
  await world.gateway.until(150);
  const beganMs = world.gateway.log[0]!.atMs;
  const seen = await overview();
  await pauseDispatch(world.web(), dispatch.id);
  await running;
  await process.quiet();

  expect(seen.running).toHaveLength(1);
  const [shown] = seen.running;
  expect(shown).toMatchObject({
    id: dispatch.id,
    status: "running",
    text: `${"я".repeat(79)}…`,
    not_sent: 0,
    progress: { audience: 2_000 },
  });
  // A hundred messages a second, of which the chunks in flight are not settled yet.
  expect(shown!.rate).toBeGreaterThan(100 / 5);
  expect(shown!.rate * 5).toBeLessThanOrEqual((await world.tally(dispatch)).sent!);
  expect(seen.operators[0]!.in_use).toBeCloseTo(shown!.rate * 2, 6);
  // 2,000 of two segments at 200 a second take 20.4 s.
  const tookMs = Date.parse(shown!.finishes_at!) - beganMs;
  expect(tookMs).toBeGreaterThan(20_400 * 0.95);
  expect(tookMs).toBeLessThan(20_400 * 1.05 + 1_000);

  // Paused, it is through when somebody says so.
  expect((await overview()).running[0]).toMatchObject({
    status: "paused",
    finishes_at: null,
    not_sent: null,
  });
});

test("What a lane has left is of its own operator, and those who have a message are not counted again", async () => {
  const [slow, fast] = [await world.addOperator(10), await world.addOperator(null)];
  await world.addRecipients(slow, 600);
  await world.addRecipients(fast, 3_000);
  const dispatch = await world.addDispatch();
  const process = world.process();
  const lanes = await world.openIt(process, dispatch);
  await world.runLane(process, lanes.find((lane) => lane.operator === fast)!.lane);
  await process.quiet();
  const [shown] = (await overview()).running;
  expect(shown!.progress).toMatchObject({ remaining: 600, sent: 3_000 });
  const leftMs = Date.parse(shown!.finishes_at!) - world.clock.now();
  expect(leftMs).toBeGreaterThan(61_200 * 0.95);
  expect(leftMs).toBeLessThan(61_200 * 1.05);
});

test("No end is foretold while people of other time zones are still to come", async () => {
  const operator = await world.addOperator(20);
  await world.addRecipients(operator, 600, undefined, "Europe/London");
  await world.addRecipients(operator, 5, undefined, "Asia/Vladivostok");
  const localTime = { from: "09:00", to: "21:00", days: [...weekdays], unknown_zone: "dispatch" as const };
  await world.jumpTo("2027-03-01T13:00:00Z");
  const dispatch = await world.addDispatch({ localTime, endInMs: 48 * hour });
  const process = world.process();
  const [lane] = await world.openIt(process, dispatch);
  const end = async () => (await overview()).running[0]!.finishes_at;
  const running = world.runLane(process, lane!.lane);
  await world.gateway.until(20);
  expect(await end()).toBeNull();
  await world.sql`update lane_zones set drained = true where zone = 'Asia/Vladivostok'`;
  expect(await end()).not.toBeNull();
  await world.sql`update lane_zones set drained = zone <> 'Asia/Vladivostok'`;
  await pauseDispatch(world.web(), dispatch.id);
  await running;
  await process.quiet();
  await resumeDispatch(process.ctx, dispatch.id);
  // It waits for their morning.
  await takeTurn(process.ctx, lane!.lane, 2_000);
  await process.quiet();
  expect(await end()).toBeNull();
});

test("Today is what was taken today: yesterday's part of a dispatch is left out, whole days of others too", async () => {
  const operator = await world.addOperator(400);
  await world.addRecipients(operator, 300);
  const process = world.process();
  const before = await world.addDispatch({ endInMs: 72 * hour });
  await world.run(process, before);
  const dispatch = await world.addDispatch({ endInMs: 72 * hour });
  const [lane] = await world.openIt(process, dispatch);
  const running = world.runLane(process, lane!.lane);
  await world.gateway.until(300 + 100);
  await pauseDispatch(world.web(), dispatch.id);
  await running;
  await process.quiet();
  const yesterday = (await world.tally(dispatch)).sent!;
  expect(yesterday).toBeLessThan(300);
  expect((await overview()).today).toMatchObject({ accepted: 300 + yesterday, delivered: 0 });

  await world.jump(24 * hour);
  expect((await overview()).today).toMatchObject({ accepted: 0, failed: 0 });
  world.gateway.respond = ({ id }) =>
    BigInt(id) % 2n === 0n ? { kind: "accepted" } : { kind: "rejected", code: "blocked" };
  await resumeDispatch(process.ctx, dispatch.id);
  await world.runAnnounced(process);
  const tally = await world.tally(dispatch);
  expect(tally.failed).toBeGreaterThan(0);
  expect((await overview()).today).toMatchObject({
    accepted: tally.sent! - yesterday,
    failed: tally.failed,
    delivered: 0,
    unknown: 0,
  });

  const rows = await world.sql<
    { id: string }[]
  >`select id::text from messages where id >> 32 = ${dispatch.no} and status = 'sent'`;
  await applyReceipts(
    world.sql,
    null,
    rows.map(({ id }) => ({ id, status: "delivered", error: null })),
  );
  const accepted = tally.sent! - yesterday;
  expect((await overview()).today).toMatchObject({ accepted, delivered: accepted, undelivered: 0 });
});

test("The day begins at midnight of the viewer's zone", async () => {
  const nowMs = Date.now();
  const since = async (zone: string) => (await overview(zone)).today.since;
  expect(await since("UTC")).toBe(`${new Date(nowMs).toISOString().slice(0, 10)}T00:00:00.000Z`);
  expect(await since("Asia/Kolkata")).toMatch(/T18:30:00.000Z$/);
});

test("What starts within 24 hours is upcoming, the earliest first", async () => {
  const later = await world.addDispatch({ startInMs: 23 * hour, endInMs: 30 * hour });
  const sooner = await world.addDispatch({ startInMs: hour, endInMs: 30 * hour });
  await world.addDispatch({ startInMs: 25 * hour, endInMs: 30 * hour });
  const { upcoming } = await overview();
  expect(upcoming.map((d) => d.id)).toEqual([sooner.id, later.id]);
  expect(upcoming[0]).toMatchObject({ status: "scheduled", text: "hello" });
});

test("What needs somebody is said: a window too short, a gateway that refuses, outcomes nobody knows", async () => {
  const [operator, other] = [await world.addOperator(10), await world.addOperator(null)];
  const tag = await world.addTag();
  await world.addRecipients(operator, 1_000);
  await world.addRecipients(other, 5, tag);
  const tight = await world.addDispatch({ operatorNo: operator, startInMs: hour, endInMs: hour + 50_000 });
  const found = await overview();
  // 50 s at a message every 102 ms.
  expect(found.attention.filter((a) => a.code === "will_not_fit")).toEqual([
    {
      code: "will_not_fit",
      dispatch_id: tight.id,
      detail: "Recipients who won't get it before the end at today's rates: 509.",
    },
  ]);

  const process = world.process();
  world.gateway.respond = () => ({ kind: "unknown", code: "timeout" });
  const lost = await world.addDispatch({ tagNo: tag });
  await world.run(process, lost);
  const unknown = (await overview()).attention.find((a) => a.code === "unknown_outcomes");
  expect(unknown).toMatchObject({
    dispatch_id: lost.id,
    detail: expect.stringContaining("unknown outcome: 5"),
  });

  const refused = await world.addDispatch({ operatorNo: operator });
  await world.openIt(process, refused);
  await world.sql`
    update lanes set wait_reason = 'gateway: refused', wait_until = clock_now() + interval '20 seconds' where dispatch_no = ${refused.no}`;
  const told = async () => (await overview()).attention.filter((a) => a.code === "gateway_refuses");
  const refusal = {
    gateway: "default",
    reason: "refused",
    dispatches: 1,
    operators: 1,
    waiting: 1_000,
    until: expect.any(String),
  };
  expect(await told()).toEqual([expect.objectContaining({ dispatch_id: refused.id, refusal })]);
  const shown = (await overview()).running.find(({ id }) => id === refused.id);
  expect(shown).toMatchObject({ is_stalled: true, finishes_at: null, waits: [{ code: "breaker" }] });

  // One gateway, one cause: told once, of however many dispatches and operators.
  const both = await world.addDispatch({});
  await world.openIt(process, both);
  // Its lane of that operator queues behind the one that asks, and waits for the same.
  expect(await told()).toEqual([
    expect.objectContaining({ refusal: { ...refusal, dispatches: 2, waiting: 2_000 } }),
  ]);
  const queued = (await overview()).running.find(({ id }) => id === both.id);
  expect(queued).toMatchObject({ is_stalled: true, finishes_at: null });
  await world.sql`
    update lanes set wait_reason = 'gateway: refused', wait_until = clock_now() + interval '20 seconds' where dispatch_no = ${both.no}`;
  expect(await told()).toEqual([
    expect.objectContaining({
      dispatch_id: null,
      refusal: { ...refusal, dispatches: 2, operators: 2, waiting: 2_005 },
    }),
  ]);
  await world.jump(21_000);
  expect(await attention()).not.toContain("gateway_refuses");
});

test("Stopped, it says so and why, and foretells nothing", async () => {
  const operator = await world.addOperator(10);
  await world.addRecipients(operator, 1_000);
  const dispatch = await world.addDispatch({ endInMs: 5_000 });
  await world.openIt(world.process(), dispatch);
  expect(await attention()).toContain("will_not_fit");
  await setSending(world.web(), { state: "stopped", reason: "wrong price" });
  const stopped = await overview();
  expect(stopped.attention[0]).toEqual({
    code: "sending_stopped",
    dispatch_id: null,
    detail: "All sending is stopped: wrong price",
  });
  expect(stopped.attention.map((a) => a.code)).not.toContain("will_not_fit");
  expect(stopped.running[0]).toMatchObject({ finishes_at: null, not_sent: null });
});

test("A sweep that does not come is told after two minutes", async () => {
  expect(await attention()).toEqual([]);
  await world.sweep(world.process());
  // A busy machine adds some seconds of its own.
  await world.jump(80_000);
  expect(await attention()).toEqual([]);
  await world.jump(45_000);
  expect(await attention()).toEqual(["sweep_late"]);
});
