import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeHeartbeat } from "@/db/health/health";
import { type LaneReason, laneReasons } from "@/lib/contract/dispatches/timeline";
import { weekdays } from "@/lib/domain/daily-hours";
import type { Outcome } from "@/lib/gateways/gateway";
import { recordReceipts } from "@/lib/services/sending/record-receipts";
import { setSending } from "@/lib/services/sending/set-sending";
import { sweep } from "@/lib/services/sending/sweep";
import { takeTurn } from "@/lib/services/sending/take-turn";
import { expectReceiptsExact } from "@/test/support/sending-oracle";
import { type DispatchInput, type DispatchRef, type Process, World } from "@/test/support/world";
import { cancelDispatch } from "./cancel-dispatch";
import { closeDispatch } from "./close-dispatch";
import { getDispatch } from "./get-dispatch";
import { getTimeline } from "./get-timeline";
import { pauseDispatch } from "./pause-dispatch";

const accepted: Outcome = { kind: "accepted" };

let world: World;
let worker: Process;
/**
 * A gateway that is to answer later waits for `answers`, which come at the end of a test at the
 * latest.
 */
let answers: Promise<void>;
let answer: () => void;
let turn: Promise<unknown> | undefined;
beforeEach(async () => {
  world = await World.open();
  world.gateway.connectionsMax = 5;
  worker = world.process();
  answers = new Promise((resolve) => {
    answer = resolve;
  });
  turn = undefined;
});
afterEach(async () => {
  answer();
  await turn;
  await world.close();
});

const answerLater = () => answers.then(() => accepted);

/** A dispatch of one lane that has been opened. */
async function opened(
  rate: number | null,
  recipients: number,
  input?: DispatchInput,
): Promise<DispatchRef & { lane: number }> {
  const operatorNo = await world.addOperator(rate);
  await world.addRecipients(operatorNo, recipients);
  const dispatch = await world.addDispatch({ operatorNo, ...input });
  const [lane] = await world.openIt(worker, dispatch);
  return { ...dispatch, lane: lane!.lane };
}

/**
 * Takes turns until the lane waits in the engine for long enough to be looked at; shorter waits
 * pass.
 */
async function untilItSleeps<T extends { lane: number }>(dispatch: T): Promise<T> {
  for (;;) {
    const result = await takeTurn(worker.ctx, dispatch.lane, 2_000);
    await worker.quiet();
    if (result.next !== "later") continue;
    const aheadMs = Date.parse(result.at) - (await world.databaseNowMs());
    if (aheadMs > 3_000) return dispatch;
    await world.jump(Math.max(0, aheadMs) + 1);
  }
}

/** Begins a turn that lasts until the gateway answers. */
async function untilInFlight<T extends { lane: number }>(dispatch: T): Promise<T> {
  world.gateway.respond = answerLater;
  turn = takeTurn(worker.ctx, dispatch.lane, 2_000);
  await world.gateway.until(1);
  return dispatch;
}

const lanesOf = async ({ id }: DispatchRef) => (await getTimeline(world.web(), id)).lanes;
const reasonOf = async (dispatch: DispatchRef) =>
  (await lanesOf(dispatch)).map(({ reason }) => reason.code).join();
const waitsOf = async ({ id }: DispatchRef) =>
  (await getDispatch(world.web(), id)).waits.map(({ code }) => code).join();

/** One message in ten seconds: its lane sleeps in the engine between two. */
const slow = (input?: DispatchInput) => opened(0.1, 9, input).then(untilItSleeps);

const situations: Record<LaneReason, () => Promise<DispatchRef>> = {
  paced: () => slow(),
  operator_shared: async () => {
    const dispatch = await slow();
    await world.openIt(worker, await world.addDispatch());
    return dispatch;
  },
  unlimited: () => opened(null, 200).then(untilInFlight),
  breaker: () => {
    world.gateway.respond = () => ({ kind: "misconfigured", code: "http_401" });
    return opened(null, 200).then(untilItSleeps);
  },
  stopped: async () => {
    const dispatch = await slow();
    await setSending(worker.ctx, { state: "stopped" });
    return dispatch;
  },
  paused: async () => {
    const dispatch = await slow();
    await pauseDispatch(worker.ctx, dispatch.id);
    return dispatch;
  },
  outside_window: async () => {
    const dispatch = await slow({ endInMs: 8_000 });
    await world.jump(8_000);
    return dispatch;
  },
  outdated: async () => {
    await writeHeartbeat(world.sql, {
      id: randomUUID(),
      upMs: 0,
      engineFault: null,
      refusing: [],
      version: "0",
      knownMigration: 0,
    });
    return opened(1, 3);
  },
  waiting_for_engine: () => opened(1, 3),
  quiet_hours: async () => {
    const minute = Math.floor((await world.databaseNowMs()) / 60_000) % 1440;
    const wall = (ahead: number) => new Date(((minute + ahead) % 1440) * 60_000).toISOString().slice(11, 16);
    const localTime = {
      from: wall(30),
      to: wall(60),
      days: [...weekdays],
      unknown_zone: "dispatch" as const,
    };
    return opened(null, 3, { localTime }).then(untilItSleeps);
  },
  retries: () => {
    world.gateway.respond = ({ recipientNo }) =>
      recipientNo === 1 ? { kind: "deferred", code: "http_503", retryAfterMs: 600_000 } : accepted;
    return opened(null, 3).then(untilItSleeps);
  },
  clock: () => {
    worker.ctx.databaseClock.errorMs = () => 9;
    return opened(1, 3).then(untilItSleeps);
  },
  drained: async () => {
    const dispatch = await untilInFlight(await opened(null, 3));
    await turn;
    return dispatch;
  },
  closed: async () => {
    const dispatch = await opened(null, 3);
    await world.runLane(worker, dispatch.lane);
    await worker.quiet();
    return dispatch;
  },
};

/** The others hold a lane back until somebody does something. */
const untilKnown: LaneReason[] = ["paced", "operator_shared", "breaker", "retries", "quiet_hours", "clock"];

test.each(laneReasons)("A lane says why it is not faster: %s", async (code) => {
  const dispatch = await situations[code]();
  expect(
    (await lanesOf(dispatch)).map(({ reason }) => ({ ...reason, until: reason.until !== null })),
  ).toEqual([{ code, until: untilKnown.includes(code) }]);
});

test("A lane that sleeps until its operator's next slot waits for that, by the timeline as by the dispatch, and for the engine when that does not come", async () => {
  const dispatch = await slow();
  // What has just been settled counts as flowing.
  await world.jump(4_000);
  expect([await reasonOf(dispatch), await waitsOf(dispatch)]).toEqual(["paced", "paced"]);
  await world.jump(10_000);
  expect([await reasonOf(dispatch), await waitsOf(dispatch)]).toEqual([
    "waiting_for_engine",
    "waiting_for_engine",
  ]);
});

test("A worker whose clock may be wrong by half a slot begins nothing paced and says so; with a better clock it goes on", async () => {
  worker.ctx.databaseClock.errorMs = () => 9;
  const dispatch = await opened(1, 3).then(untilItSleeps);
  expect(await waitsOf(dispatch)).toBe("clock");
  await world.jump(5_001);
  worker.ctx.databaseClock.errorMs = () => 3;
  await world.runLane(worker, dispatch.lane);
  await worker.quiet();
  expect(await world.tally(dispatch)).toEqual({ sent: 3 });
});

test("A window that is over is told of until the dispatch is ended: before it is closed, and while answers are awaited", async () => {
  const dispatch = await untilInFlight(await opened(null, 200, { endInMs: 60_000 }));
  await world.jump(60_000);
  expect([await reasonOf(dispatch), await waitsOf(dispatch)]).toEqual(["outside_window", "outside_window"]);
  await closeDispatch(worker.ctx, dispatch.id);
  expect([await reasonOf(dispatch), await waitsOf(dispatch)]).toEqual(["outside_window", "outside_window"]);
  answer();
  await turn;
  await worker.quiet();
  expect(await world.finish(worker, dispatch)).toBe(true);
  expect([await reasonOf(dispatch), await waitsOf(dispatch)]).toEqual(["closed", ""]);
});

test("After the end, who waits for another try is outside the window, and a lane that has handed over everybody still says that", async () => {
  const dispatch = await opened(null, 6, { endInMs: 60_000 });
  world.gateway.respond = ({ recipientNo }) =>
    recipientNo === 1 ? { kind: "deferred", code: "http_503", retryAfterMs: 600_000 } : accepted;
  await untilItSleeps(dispatch);
  const other = await untilInFlight(await opened(null, 3, { endInMs: 60_000 }));
  await turn;
  await world.gateway.until(6 + 3);
  await world.jump(61_000);
  expect([await reasonOf(dispatch), await waitsOf(dispatch)]).toEqual(["outside_window", "outside_window"]);
  expect([await reasonOf(other), await waitsOf(other)]).toEqual(["drained", ""]);
});

test("A lane that was left closed while its dispatch runs is not over: it waits for the sweep to open it", async () => {
  const dispatch = await slow();
  await world.sql`update lanes set open = false`;
  expect(await reasonOf(dispatch)).toBe("waiting_for_engine");
  await sweep(worker.ctx, 0);
  expect(await reasonOf(dispatch)).toBe("paced");
});

test("A lane's rate is of segments a second, over the last five", async () => {
  const dispatch = await opened(null, 10, { segments: 3 });
  await world.runLane(worker, dispatch.lane);
  await worker.quiet();
  expect((await lanesOf(dispatch))[0]!.rate).toBeCloseTo((10 * 3) / 5);
  await world.jump(5_000);
  expect((await lanesOf(dispatch))[0]!.rate).toBe(0);
});

test("What the lanes count adds up to what the dispatch counts, while it is sent and when it is over", async () => {
  const [first, second, third] = [
    await world.addOperator(10),
    await world.addOperator(10),
    await world.addOperator(10),
  ];
  await world.addRecipients(first!, 100);
  await world.addRecipients(second!, 33);
  await world.addRecipients(third!, 7);
  const dispatch = await world.addDispatch();
  const lanes = await world.openIt(worker, dispatch);
  const expectSums = async () => {
    const timeline = await getTimeline(world.web(), dispatch.id);
    const { audience, accepted: _, ...counted } = timeline.dispatch.progress;
    const sums = timeline.lanes.reduce<Record<string, number>>((sum, { progress }) => {
      for (const [key, value] of Object.entries(progress)) sum[key] = (sum[key] ?? 0) + value;
      return sum;
    }, {});
    expect(sums).toMatchObject(counted);
    return { audience, remaining: timeline.lanes.map(({ progress }) => progress.remaining) };
  };
  await takeTurn(worker.ctx, lanes[0]!.lane, 1_000);
  await worker.quiet();
  const during = await expectSums();
  // Nobody of the second and the third has had their turn.
  expect(during.remaining.slice(1)).toEqual([33, 7]);
  expect(during.remaining[0]).toBeGreaterThan(0);
  expect(during.remaining[0]).toBeLessThan(100);
  // A lane that is through has nobody left, however many joined its audience since.
  await world.addRecipients(third!, 50);
  while ((await takeTurn(worker.ctx, lanes[2]!.lane, 2_000)).next !== "done") await worker.quiet();
  await worker.quiet();
  expect((await expectSums()).remaining.slice(1)).toEqual([33, 0]);
  // So it is when it is cancelled: whose messages were not written yet is known of all alone.
  await cancelDispatch(world.web(), dispatch.id);
  expect(await expectSums()).toEqual({ audience: 140, remaining: [0, 0, 0] });
  const { lanes: ended } = await getTimeline(world.web(), dispatch.id);
  expect(ended[1]!.progress.cancelled).toBe(33);
});

test("What was delivered over time adds up to what is counted, whatever receipts say and when", async () => {
  const people = 300;
  for (const rate of [null, null]) await world.addRecipients(await world.addOperator(rate), people / 2);
  const dispatch = await world.addDispatch();
  const web = world.web();
  const report = (ids: string[], ...statuses: ("delivered" | "undelivered")[]) =>
    recordReceipts(
      web,
      null,
      ids.flatMap((id) => statuses.map((status) => ({ id, status, error: null }))),
    );
  const read = async () => {
    const { delivered, dispatch: shown } = await getTimeline(web, dispatch.id);
    const { delivered: counted = 0 } = await world.tally(dispatch);
    expect(delivered.at(-1)?.total ?? 0).toBe(counted);
    expect(shown.progress.delivered).toBe(counted);
    return delivered;
  };
  const totals = (points: { total: number }[]) => points.map(({ total }) => total);
  // Some are told before the answer of the gateway, some while they wait for another try, which a
  // few of the others get.
  const early = new Set<string>();
  const waiting: string[] = [];
  world.gateway.respond = async ({ id, recipientNo }, nth) => {
    if (recipientNo % 10 === 0) {
      early.add(id);
      await report([id], "delivered");
    }
    if (recipientNo % 10 > 2 || nth > 1) return accepted;
    waiting.push(id);
    return { kind: "deferred", code: "http_503", retryAfterMs: 120_000 };
  };
  const lanes = await world.openIt(worker, dispatch);
  for (const { lane } of lanes) await takeTurn(worker.ctx, lane, 2_000);
  await worker.quiet();
  const told = waiting.filter((id) => !early.has(id)).filter((_, nth) => nth % 2 === 0);
  expect(await report(told, "delivered")).toBe(told.length);
  const soon = (await read()).at(-1)!;
  expect(soon.total).toBe(early.size + told.length);
  await world.jump(120_000);
  await world.run(worker, dispatch);

  // Repeats change nothing; of what contradicts itself the first counts.
  const left = (await world.sql<{ id: string }[]>`select id::text from messages where status = 'sent'`).map(
    ({ id }) => id,
  );
  const failed = left.splice(0, 20);
  await report(failed, "undelivered", "delivered");
  await report(failed, "delivered");
  await report(left.splice(0, 20), "delivered", "undelivered");
  const first = await read();
  expect(totals(first)).toContain(soon.total);
  expect(first.at(-1)!.total).toBeGreaterThan(soon.total);
  await report([...early, ...told, ...failed], "delivered");
  // The last step has not ended: its point is of now.
  expect(totals(await read())).toEqual(totals(first));

  // They are counted by 10 s, later by 5 min, and by the hour when a day has passed.
  let lastMs = 0;
  for (const [receipts, apartMs] of [
    [40, 20_000],
    [120, 600_000],
    [10, 3_600_000],
  ] as const)
    for (const id of left.splice(0, receipts)) {
      await world.jump(apartMs);
      lastMs = await world.databaseNowMs();
      await report([id], "delivered");
    }
  const points = await read();
  expect(points.length).toBeGreaterThan(50);
  expect(points.length).toBeLessThanOrEqual(100);
  const times = points.map(({ at }) => Date.parse(at));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times.at(-1)).toBeGreaterThan(lastMs);
  expect(times.at(-1)).toBeLessThanOrEqual(await world.databaseNowMs());
  const finest = (from: string, to: string) => world.sql<{ step: number }[]>`
    select min(case when s % 3600 = 0 then 3600 when s % 300 = 0 then 300 when s % 10 = 0 then 10 end) as step
    from dispatches, lane_receipts, extract(epoch from at) s
    where at between started_at + ${from}::interval and started_at + ${to}::interval`;
  expect(await finest("0 s", "1 h")).toEqual([{ step: 10 }]);
  expect(await finest("1 h 10 s", "1 d")).toEqual([{ step: 300 }]);
  expect(await finest("1 d 5 min", "9 d")).toEqual([{ step: 3_600 }]);
  await expectReceiptsExact(world.sql);

  // When a version before counted some is not known: they came first.
  const [begin] = await world.sql<{ n: number }[]>`
    with gone as (
      delete from lane_receipts where at <= (select min(at) from lane_receipts) returning delivered
    )
    select sum(delivered)::int as n from gone`;
  const [start] = await read();
  expect(start!.total).toBeGreaterThan(begin!.n);
});
