import { afterEach, beforeEach, expect, test } from "vitest";
import { ConflictError } from "@/lib/domain/errors";
import type { Outcome } from "@/lib/gateways/gateway";
import type { Context } from "@/lib/services/context";
import { cancelDispatch } from "@/lib/services/dispatches/cancel-dispatch";
import { closeDispatch } from "@/lib/services/dispatches/close-dispatch";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";
import { getTimeline } from "@/lib/services/dispatches/get-timeline";
import { openDispatch } from "@/lib/services/dispatches/open-dispatch";
import { pauseDispatch } from "@/lib/services/dispatches/pause-dispatch";
import { resumeDispatch } from "@/lib/services/dispatches/resume-dispatch";
import { retryFailed } from "@/lib/services/dispatches/retry-failed";
import { updateDispatch } from "@/lib/services/dispatches/update-dispatch";
import { takeTurn } from "@/lib/services/sending/take-turn";
import {
  expectCountersExact,
  expectGuarantees,
  expectTimesKept,
  type Silence,
} from "@/test/support/sending-oracle";
import { type DispatchRef, type HandOver, type Process, World } from "@/test/support/world";

/** Recipients of an operator without a rate, whose numbers are 1 to 250, and of one with a rate. */
const [FREE, PACED, RATE, ALL] = [250, 60, 40, 310];
/**
 * Only the first of them are unlucky, so that their outcomes are in the rows before anything else
 * happens.
 */
const [UNLUCKY_MAX, EACH_FAULT] = [40, 4];
/**
 * The end that an extension moves: before the retries are due, and near enough for a chunk to live
 * past it.
 */
const [NEAR_END_MS, RETRY_AFTER_MS, HOUR_MS] = [30_000, 40_000, 3_600_000];

const everybody = { sent: ALL - 3 * EACH_FAULT, failed: 2 * EACH_FAULT, unknown: EACH_FAULT };
const everybodyRetried = { ...everybody, sent: everybody.sent + EACH_FAULT, failed: EACH_FAULT };

/**
 * What the gateway says at peace. The first of the faults is the gateway's own, as when the
 * attempts have run out: it can be retried.
 */
function ordinary({ recipientNo }: HandOver, nth: number): Outcome {
  const fault = recipientNo > UNLUCKY_MAX ? 0 : recipientNo % 10;
  if (fault === 3 && nth === 1) return { kind: "rejected", code: "http_503" };
  if (fault === 4) return { kind: "rejected", code: "http_422" };
  return fault === 5 ? { kind: "unknown", code: "timeout" } : { kind: "accepted" };
}

let world: World;
let web: Context;
beforeEach(async () => {
  world = await World.open();
  web = world.web();
});
afterEach(() => world.close());

interface Moment {
  dispatch: DispatchRef;
  process: Process;
  lanes: number[];
  /** How many have failed so far with a code that is retried. */
  failed: number;
  at<T>(verb: () => Promise<T>): Promise<T>;
  /** Resolves when the turns that are under way have ended. */
  settled(): Promise<void>;
  /**
   * When the engine takes the next turns, database clock; what waits may not go out earlier. 0: at
   * once.
   */
  wakeMs: number;
  isRefused: boolean;
}

async function begin(endInMs: number, respond: typeof world.gateway.respond = ordinary) {
  await world.addRecipients(await world.addOperator(null), FREE);
  await world.addRecipients(await world.addOperator(RATE), PACED);
  world.gateway.connectionsMax = 4;
  world.gateway.respond = respond;
  const [process, dispatch] = [world.process(), await world.addDispatch({ endInMs })];
  return {
    process,
    dispatch,
    wakeMs: 0,
    isRefused: false,
    failed: EACH_FAULT,
    settled: () => process.quiet(),
  };
}

async function beginOpened(endInMs: number, respond: typeof world.gateway.respond) {
  const base = await begin(endInMs, respond);
  const lanes = (await world.openIt(base.process, base.dispatch)).map(({ lane }) => lane);
  return { ...base, lanes, at: <T>(verb: () => Promise<T>) => verb() };
}

const moments: Record<string, (endInMs: number) => Promise<Moment>> = {
  "during the opening": async (endInMs) => {
    const base = await begin(endInMs);
    const locked = () =>
      world.sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    // The opening waits for this row after it has taken the dispatch; so the verb comes in the
    // middle of it, and waits for its end.
    const holder = await world.sql.reserve();
    await holder`begin`;
    await holder`select from sending_state for update`;
    const opened = world.openIt(base.process, base.dispatch);
    await world.until(async () => (await locked()).length === 1);
    const lanes: number[] = [];
    const at = async <T>(verb: () => Promise<T>) => {
      let isAnswered = false;
      const result = verb().finally(() => {
        isAnswered = true;
      });
      await world.until(async () => isAnswered || (await locked()).length === 2);
      const hasWaited = !isAnswered;
      await holder`commit`;
      holder.release();
      lanes.push(...(await opened).map(({ lane }) => lane));
      expect(hasWaited, "the verb waits for the opening").toBe(true);
      return result;
    };
    return { ...base, lanes, at, failed: 0 };
  },
  "in the middle of a chunk": async (endInMs) => {
    const base = await beginOpened(endInMs, async (handOver, nth) => {
      if (handOver.recipientNo > UNLUCKY_MAX) await world.clock.sleepUntil(handOver.atMs + 200);
      return ordinary(handOver, nth);
    });
    const running = Promise.all(base.lanes.map((lane) => world.runLane(base.process, lane)));
    await world.until(async () => {
      const claimed = await world.sql<
        { id: string }[]
      >`select id::text from messages where status = 'sending'`;
      const handedOver = new Set(world.gateway.log.map((h) => h.id));
      // So many that they would take two seconds more.
      const isHalf =
        world.gateway.log.some((h) => !h.outcome) &&
        claimed.filter(({ id }) => !handedOver.has(id)).length > 40;
      return isHalf && (await world.tally(base.dispatch)).failed === 2 * EACH_FAULT;
    });
    return { ...base, settled: () => running.then(() => base.process.quiet()) };
  },
  "while messages wait for a retry": async (endInMs) => {
    const busy: Outcome = { kind: "deferred", code: "http_503", retryAfterMs: RETRY_AFTER_MS };
    const isBusy = (h: HandOver) => h.recipientNo > UNLUCKY_MAX && h.recipientNo % 7 === 0;
    const base = await beginOpened(endInMs, (h, nth) => (isBusy(h) ? busy : ordinary(h, nth)));
    let wakeMs = 0;
    // What missed its slot on a busy machine is due again at once, and is none of those who wait.
    while ((await world.tally(base.dispatch)).sent !== everybody.sent - 39)
      wakeMs = await turnsUntilAllWait(base, 0);
    return { ...base, wakeMs };
  },
  "while the breaker is open": async (endInMs) => {
    const away: Outcome = { kind: "deferred", code: "unreachable" };
    const base = await beginOpened(endInMs, (h, nth) =>
      h.recipientNo > UNLUCKY_MAX ? away : ordinary(h, nth),
    );
    // It opens for longer each time; long enough that it surely is open while the test looks.
    const wakeMs = await turnsUntilAllWait(base, 5_000);
    expect((await getTimeline(web, base.dispatch.id)).lanes.map((lane) => lane.reason.code)).toEqual([
      "breaker",
      "breaker",
    ]);
    return { ...base, wakeMs, isRefused: true };
  },
};

/**
 * Takes turns until each lane waits in the engine for at least that long; shorter waits pass.
 * @returns when the first is to go on
 */
async function turnsUntilAllWait(
  { process, lanes }: Pick<Moment, "process" | "lanes">,
  atLeastMs: number,
): Promise<number> {
  for (;;) {
    const turns = await Promise.all(lanes.map((lane) => takeTurn(process.ctx, lane, 2_000)));
    await process.quiet();
    const wakesMs = turns.flatMap((turn) => (turn.next === "later" ? Date.parse(turn.at) : []));
    if (wakesMs.length < lanes.length) continue;
    const aheadMs = Math.min(...wakesMs) - (await world.databaseNowMs());
    if (aheadMs >= atLeastMs) return Math.min(...wakesMs);
    await world.jump(Math.max(0, aheadMs) + 1);
  }
}

/**
 * The turns under way end, and those that sleep in the engine come at their time, to a gateway that
 * takes everything.
 */
async function goOn(m: Moment): Promise<void> {
  await m.settled();
  world.gateway.respond = ordinary;
  await world.jump(Math.max(0, m.wakeMs - (await world.databaseNowMs())) + 1);
  await Promise.all(m.lanes.map((lane) => world.runLane(m.process, lane)));
  await world.runAnnounced(m.process);
}

/**
 * A pause or a cancel; then whatever might send gets its chance: the turns, the engine's wake-ups,
 * the sweep. Nothing goes out.
 */
async function silence(m: Moment, verb: (ctx: Context, id: string) => Promise<void>): Promise<Silence> {
  await m.at(() => verb(web, m.dispatch.id));
  const fromMs = world.clock.now();
  await m.settled();
  // Whom a cancel leaves out is counted at once, not by the sweep.
  const { status, progress } = await getDispatch(web, m.dispatch.id);
  expect(progress).toMatchObject({
    sending: 0,
    ...(status === "cancelled" && { remaining: 0, deferred: 0 }),
  });
  const handedOver = world.gateway.log.length;
  await goOn(m);
  await world.jump(120_000);
  await world.sweep(m.process);
  expect(world.gateway.log).toHaveLength(handedOver);
  await expectCountersExact(world.sql);
  // A repeat of what already holds is no error.
  await verb(web, m.dispatch.id);
  return { dispatch: m.dispatch, fromMs, toMs: world.clock.now() };
}

async function expectPaused({ dispatch }: Moment): Promise<void> {
  expect(await getDispatch(web, dispatch.id)).toMatchObject({
    status: "paused",
    waits: [{ code: "paused" }],
  });
  expect(await world.sql`select from lanes where open`).toHaveLength(0);
}

async function expectEnd(
  dispatch: DispatchRef,
  status: string,
  counts: Record<string, number>,
  silences: Silence[] = [],
) {
  expect(Object.values(counts).reduce((sum, n) => sum + n)).toBe(ALL);
  // Counters that sum to the audience leave no room for others.
  expect(await getDispatch(web, dispatch.id)).toMatchObject({
    status,
    progress: { audience: ALL, remaining: 0, ...counts },
  });
  await expectGuarantees(world, [dispatch], silences);
  await expectTimesKept(
    world,
    await world.sql<{ no: number; rate: number | null }[]>`select no, rate::float8 as rate from operators`,
  );
}

const expectRefused = async (work: Promise<unknown>) =>
  expect(await work.catch((error) => error instanceof ConflictError && error.code)).toBe("dispatch_state");
const end = (ms: number) => ({ end_datetime: new Date(ms).toISOString() });
const endOf = async ({ id }: DispatchRef) => Date.parse((await getDispatch(web, id)).endAt);
const wokenLanes = ({ announced }: Process) =>
  announced.flatMap((e) => (e.name === "lane/turn.due" ? [e.data.lane] : []));

const verbs: Record<string, { promise: string; endInMs?: number; at(m: Moment): Promise<void> }> = {
  Pause: {
    promise: "nothing goes out a second later, whatever wakes up, and a resume reaches everybody",
    async at(m) {
      const silent = await silence(m, pauseDispatch);
      await expectPaused(m);
      await resumeDispatch(m.process.ctx, m.dispatch.id);
      await world.runAnnounced(m.process);
      expect(world.gateway.log.at(-1)!.atMs).toBeGreaterThan(silent.toMs);
      await expectEnd(m.dispatch, "completed", everybody, [silent]);
    },
  },
  Resume: {
    promise:
      "what was paused goes on by its own wake-up, where it was and not earlier than it may, and reaches everybody",
    async at(m) {
      const { process, dispatch } = m;
      await m.at(() => pauseDispatch(web, dispatch.id));
      const silent = { dispatch, fromMs: world.clock.now(), toMs: Number.POSITIVE_INFINITY };
      await m.settled();
      await expectPaused(m);
      process.announced.splice(0);
      silent.toMs = world.clock.now();
      const handedOver = world.gateway.log.length;
      const tried = new Set(world.gateway.log.map(({ id }) => id));
      world.gateway.respond = ordinary;
      await resumeDispatch(process.ctx, dispatch.id);
      expect(wokenLanes(process)).toEqual(m.lanes);
      await resumeDispatch(web, dispatch.id);
      await world.runAnnounced(process);
      // Whoever missed their slot goes at once; whoever was refused, not before their time.
      const again = world.gateway.log.slice(handedOver).filter(({ id }) => tried.has(id));
      for (const { atMs } of again) expect(atMs).toBeGreaterThan(m.wakeMs - 50);
      if (m.wakeMs > 0) expect(again.length).toBeGreaterThan(0);
      await expectEnd(m.dispatch, "completed", everybody, [silent]);
    },
  },
  Cancel: {
    promise:
      "nothing goes out a second later, who was not reached is counted as cancelled, and nothing brings it back",
    async at(m) {
      const silent = await silence(m, cancelDispatch);
      const of = (kind: Outcome["kind"]) =>
        world.gateway.log.filter(({ outcome }) => outcome?.kind === kind).length;
      const reached = { sent: of("accepted"), failed: of("rejected"), unknown: of("unknown") };
      const cancelled = ALL - Object.values(reached).reduce((sum, n) => sum + n);
      for (const verb of [pauseDispatch, resumeDispatch, retryFailed])
        await expectRefused(verb(web, m.dispatch.id));
      await expectRefused(updateDispatch(web, m.dispatch.id, end(world.clock.now() + 2 * HOUR_MS), null));
      await expectEnd(m.dispatch, "cancelled", { ...reached, cancelled }, [
        { ...silent, toMs: Number.POSITIVE_INFINITY },
      ]);
    },
  },
  "Retry-failed": {
    promise: "exactly what failed by the gateway's fault is due again, once, and not after the end",
    async at(m) {
      const { process, dispatch } = m;
      const retry = () => retryFailed(process.ctx, dispatch.id);
      const retried = () =>
        world.gateway.log.filter(({ recipientNo: no }) => no <= UNLUCKY_MAX && no % 10 === 3).length -
        EACH_FAULT;
      process.announced.splice(0);
      expect(await m.at(retry)).toMatchObject({ retried: m.failed });
      world.gateway.respond = ordinary;
      // It wakes the lanes itself, before those who wait are due; but nothing gets past a gateway
      // that refuses.
      expect(wokenLanes(process)).toEqual(m.failed ? m.lanes : []);
      await Promise.all(m.lanes.map((lane) => takeTurn(process.ctx, lane, 2_000)));
      await process.quiet();
      if (m.wakeMs) expect(retried()).toBe(m.isRefused ? 0 : EACH_FAULT);
      await goOn(m);
      await expectEnd(m.dispatch, "completed", m.failed ? everybodyRetried : everybody);
      // Where nothing had failed before, it has by now.
      expect(await retry()).toMatchObject({ retried: EACH_FAULT - m.failed });
      await world.runAnnounced(process);
      await expectEnd(m.dispatch, "completed", everybodyRetried);
      expect(retried()).toBe(EACH_FAULT);
      expect(world.gateway.log.filter((h) => h.recipientNo <= UNLUCKY_MAX)).toHaveLength(
        UNLUCKY_MAX + EACH_FAULT,
      );
      await world.jump(HOUR_MS);
      await expectRefused(retry());
    },
  },
  Extend: {
    promise: "the old end passes and ends nothing, and those are reached whom it would have expired",
    endInMs: NEAR_END_MS,
    async at(m) {
      const { process, dispatch } = m;
      const oldEndMs = await endOf(dispatch);
      const later = end(oldEndMs + HOUR_MS);
      const extend = () => updateDispatch(process.ctx, dispatch.id, later, 1);
      expect(await m.at(extend)).toMatchObject({ endAt: later.end_datetime, status: "running", version: 2 });
      await world.jump(oldEndMs - (await world.databaseNowMs()) + 1_000);
      // What the run of the dispatch does, which has slept until the old end.
      expect(await closeDispatch(process.ctx, dispatch.id)).toEqual({
        kind: "early",
        at: later.end_datetime,
      });
      world.gateway.respond = ordinary;
      await goOn(m);
      expect(
        world.gateway.log.filter((h) => h.atMs > oldEndMs && h.outcome?.kind === "accepted").length,
      ).toBeGreaterThan(0);
      await expectEnd(m.dispatch, "completed", everybody);
    },
  },
};

const cases = Object.entries(verbs).flatMap(([name, v]) =>
  Object.keys(moments).map((when) => [name, when, v.promise, v] as const),
);
test.each(cases)("%s %s: %s", async (_name, when, _promise, verb) =>
  verb.at(await moments[when]!(verb.endInMs ?? HOUR_MS)),
);

test("A hair before the opening: pause, resume and retry-failed are refused, extend makes the edition that opens, cancel leaves none to open", async () => {
  const { process, dispatch } = await begin(NEAR_END_MS);
  for (const verb of [pauseDispatch, resumeDispatch, retryFailed])
    await expectRefused(verb(web, dispatch.id));
  await updateDispatch(web, dispatch.id, end((await endOf(dispatch)) + HOUR_MS), 1);
  const cancelled = await world.addDispatch();
  await cancelDispatch(web, cancelled.id);
  for (const { id } of [dispatch, cancelled])
    expect(await openDispatch(process.ctx, id, 1)).toEqual({ kind: "gone" });
  await world.jump(NEAR_END_MS);
  // Nobody told the engine of the new edition; the sweep finds it, and then its lanes.
  await world.sweep(process, { onDispatch: (id, version) => openDispatch(process.ctx, id, version) });
  await world.sweep(process);
  await expectEnd(dispatch, "completed", everybody);
  await expectEnd(cancelled, "cancelled", { cancelled: ALL });
});
