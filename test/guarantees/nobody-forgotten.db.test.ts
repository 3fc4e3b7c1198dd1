import { afterEach, beforeEach, expect, test } from "vitest";
import { isTripped } from "@/lib/domain/breaker";
import { ConflictError } from "@/lib/domain/errors";
import type { Outcome } from "@/lib/gateways/gateway";
import { closeDispatch } from "@/lib/services/dispatches/close-dispatch";
import { finishDispatch } from "@/lib/services/dispatches/finish-dispatch";
import { getTimeline } from "@/lib/services/dispatches/get-timeline";
import { countDispatchAudience, openDispatch } from "@/lib/services/dispatches/open-dispatch";
import { retryFailed } from "@/lib/services/dispatches/retry-failed";
import { setSending } from "@/lib/services/sending/set-sending";
import { sweep } from "@/lib/services/sending/sweep";
import { takeTurn } from "@/lib/services/sending/take-turn";
import { expectCountersExact, expectNobodyTwice } from "@/test/support/sending-oracle";
import { type DispatchRef, World } from "@/test/support/world";

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
const busy: Outcome = { kind: "deferred", code: "http_503" };
/**
 * The gateway's fault, and no further try: as of before what it puts off waited for the end of the
 * window.
 */
const givenUp: Outcome = { kind: "rejected", code: "http_503" };
/** More turns of everything than any of these dispatches needs. */
const ROUNDS_MAX = 50;

test("Nobody is forgotten: a dispatch is completed only when everybody has a settled message", async () => {
  const [a, b] = [await world.addOperator(null), await world.addOperator(null)];
  await world.addRecipients(a, 60);
  await world.addRecipients(b, 60);
  const dispatch = await world.addDispatch();
  const process = world.process();
  world.gateway.respond = (h, nth) =>
    h.recipientNo === 100 && nth === 1 ? { ...busy, retryAfterMs: 600_000 } : accepted;
  const [laneA, laneB] = await world.openIt(process, dispatch);
  await world.runLane(process, laneA!.lane);
  await process.quiet();
  expect(await finishDispatch(process.ctx, dispatch.id)).toBe(false);
  const turn = await takeTurn(process.ctx, laneB!.lane, 60_000);
  await process.quiet();
  expect(turn.next).not.toBe("again");
  // Everything went out but one, who waits for another try.
  expect(await finishDispatch(process.ctx, dispatch.id)).toBe(false);
  expect(await world.tally(dispatch)).toEqual({ sent: 119, deferred: 1 });
  expect(await world.statusOf(dispatch)).toBe("running");
  // The lane gets its next turn because the last one said when, or because finish woke it: it
  // depends on which of them saw the retry.
  if (turn.next === "later") await world.runLane(process, laneB!.lane);
  await world.runAnnounced(process);
  expect(await world.tally(dispatch)).toEqual({ sent: 120 });
  expect(await world.statusOf(dispatch)).toBe("completed");
});

test("Nobody is forgotten: an audience by tag, spread thinly over operators, is reached to the last", async () => {
  const [many, few] = [await world.addOperator(null), await world.addOperator(null)];
  const tag = await world.addTag();
  // One claim looks at 20,000 rows of a tag: the few lie across that border, and further on are
  // more of them than one chunk takes.
  await world.addRecipients(many, 19_998, tag);
  await world.addRecipients(few, 5, tag);
  await world.addRecipients(many, 5_000, tag);
  await world.addRecipients(few, 1_200, tag);
  await world.addRecipients(few, 50);
  const dispatch = await world.addDispatch({ tagNo: tag, operatorNo: few });
  await world.run(world.process(), dispatch);
  expect(await world.tally(dispatch)).toEqual({ sent: 1_205 });
  expect(await world.statusOf(dispatch)).toBe("completed");
});

test("Nobody is forgotten: who changes operator after opening is reached by the lane of today's operator", async () => {
  const [a, b] = [await world.addOperator(null), await world.addOperator(null)];
  const ofA = await world.addRecipients(a, 50);
  await world.addRecipients(b, 50);
  const dispatch = await world.addDispatch();
  const process = world.process();
  const [laneA, laneB] = await world.openIt(process, dispatch);
  await world.runLane(process, laneB!.lane);
  await process.quiet();
  // They leave operator A before its lane begins, for B, which is past them, and for an operator
  // that is new.
  const c = await world.addOperator(100);
  await world.sql`update recipients set operator_no = ${b}, operator_changed_at = clock_now() where no = ${ofA[3]!}`;
  await world.sql`update recipients set operator_no = ${c}, operator_changed_at = clock_now() where no in (${ofA[4]!}, ${ofA[5]!})`;
  // This one has had its message already, and moves too.
  await world.runLane(process, laneA!.lane);
  await world.sql`update recipients set operator_no = ${c}, operator_changed_at = clock_now() where no = ${ofA[6]!}`;
  await world.runAnnounced(process);
  expect(await world.statusOf(dispatch)).toBe("completed");
  expect(await world.tally(dispatch)).toEqual({ sent: 100 });
  expect(world.gateway.log).toHaveLength(100);
  const lanes = await world.sql`
    select l.operator_no as operator, count(m.id)::int as messages from lanes l left join messages m on m.lane_no = l.no group by 1 order by 1`;
  expect([...lanes]).toEqual([
    { operator: a, messages: 47 },
    { operator: b, messages: 51 },
    { operator: c, messages: 2 },
  ]);
});

test("Nobody is forgotten: who moves out of the filter, opts out or joins after opening is not made a mover", async () => {
  const [a, b] = [await world.addOperator(null), await world.addOperator(null)];
  const ofA = await world.addRecipients(a, 20);
  const dispatch = await world.addDispatch({ operatorNo: a });
  const process = world.process();
  const [lane] = await world.openIt(process, dispatch);
  await world.sql`update recipients set operator_no = ${b}, operator_changed_at = clock_now() where no = ${ofA[0]!}`;
  const [late] = await world.addRecipients(b, 1);
  await world.sql`update recipients set operator_no = ${a}, operator_changed_at = clock_now() where no = ${late!}`;
  await world.runLane(process, lane!.lane);
  await world.runAnnounced(process);
  expect(await world.statusOf(dispatch)).toBe("completed");
  expect(await world.tally(dispatch)).toEqual({ sent: 19 });
});

test("Nobody is forgotten: who moves into the filter and is not reached before the end is counted as expired", async () => {
  const [a, b] = [await world.addOperator(null), await world.addOperator(null)];
  await world.addRecipients(a, 20);
  const ofB = await world.addRecipients(b, 2);
  await world.addRecipients(a, 1);
  const dispatch = await world.addDispatch({ operatorNo: a, endInMs: 60_000 });
  const process = world.process();
  const [lane] = await world.openIt(process, dispatch);
  let answer = () => {};
  const answered = new Promise<Outcome>((resolve) => {
    answer = () => resolve(accepted);
  });
  world.gateway.respond = () => answered;
  const turn = takeTurn(process.ctx, lane!.lane, 60_000);
  await world.gateway.until(21);
  await world.sql`update recipients set operator_no = ${a}, operator_changed_at = clock_now() where no = any(${ofB}::bigint[])`;
  await world.sql`update lanes set open = false`;
  answer();
  await turn;
  await process.quiet();
  await world.jump(60_000);
  await world.sweep(process);
  expect(await world.statusOf(dispatch)).toBe("expired");
  expect(await world.tally(dispatch)).toEqual({ sent: 21, expired: 2 });
});

test("Nobody is forgotten: the sweep sets going what an engine that lost everything has forgotten", async () => {
  await world.addRecipients(await world.addOperator(null), 300);
  const [unopened, halfway] = [
    await world.addDispatch({ startInMs: -10_000 }),
    await world.addDispatch({ startInMs: -10_000 }),
  ];
  const process = world.process();
  const [lane] = await world.openIt(process, halfway);
  await world.sql`update lanes set turn_token = gen_random_uuid(), turn_until = clock_now() + interval '1 second' where no = ${lane!.lane}`;
  await world.jump(60_000);
  await world.sweep(process, { onDispatch: (id, version) => openDispatch(process.ctx, id, version) });
  await world.jump(60_000);
  await world.sweep(process);
  for (const dispatch of [unopened, halfway]) {
    expect(await world.statusOf(dispatch)).toBe("completed");
    expect(await world.tally(dispatch)).toEqual({ sent: 300 });
  }
});

test("Postgres is the truth: an engine that loses everything and one that repeats everything end in the rows of one that does neither", async () => {
  const [a, b] = [await world.addOperator(null), await world.addOperator(400)];
  await world.addRecipients(a, 120);
  await world.addRecipients(b, 60);
  world.gateway.respond = ({ recipientNo: no }, nth) => {
    if (no % 10 === 1) return { kind: "rejected", code: "http_422" };
    if (no % 10 === 2) return { kind: "unknown", code: "timeout" };
    if (no === 5 && nth > 4) return givenUp;
    return no === 5 || (no % 10 === 3 && nth === 1) ? busy : accepted;
  };
  const add = (startInMs: number) => world.addDispatch({ startInMs, endInMs: 86_400_000 });
  const [undisturbed, lost, replayed] = [await add(-1_000), await add(-10_000), await add(-1_000)];
  const [one, two] = [world.process(), world.process()];
  const events = () => one.announced.splice(0);
  const [laneA, laneB] = await world.openIt(one, undisturbed);
  const replayedLanes = (
    await Promise.all([one, two, one, two].map((process) => world.openIt(process, replayed)))
  )[0]!;
  await sweep(one.ctx, 0);
  for (const e of events()) if (e.name === "dispatch/scheduled") await openDispatch(one.ctx, e.data.id, 1);
  await world.sql`update recipients set opted_out_at = clock_now() where no % 10 = 4`;

  await Promise.all([laneA!, laneB!].map(({ lane }) => world.runLane(one, lane)));
  await world.runAnnounced(one);

  const replay = () =>
    Promise.all(
      [one, two].flatMap((process) => [
        openDispatch(process.ctx, replayed.id, 1),
        countDispatchAudience(process.ctx, replayed.id),
        closeDispatch(process.ctx, replayed.id),
        finishDispatch(process.ctx, replayed.id),
        ...replayedLanes.map(({ lane }) => world.runLane(process, lane)),
      ]),
    );
  for (let round = 0; (await world.statusOf(replayed)) === "running"; round++) {
    expect(round).toBeLessThan(ROUNDS_MAX);
    await replay();
    await Promise.all([one.quiet(), two.quiet()]);
  }
  await replay();

  // Whatever a turn says comes to nothing: it is followed by none but those a sweep asks for.
  for (let round = 0; (await world.statusOf(lost)) === "running"; round++) {
    expect(round).toBeLessThan(ROUNDS_MAX);
    await world.jump(60_000);
    events();
    await sweep(one.ctx, 0);
    for (const e of events()) if (e.name === "lane/turn.due") await takeTurn(one.ctx, e.data.lane, 50);
    await one.quiet();
  }

  const rows = (dispatch: DispatchRef) =>
    world.sql`select (id & 4294967295)::int as recipient, status, attempts from messages where id >> 32 = ${dispatch.no} order by id`;
  const expected = [...(await rows(undisturbed))];
  expect(await world.tally(undisturbed)).toEqual({ failed: 19, sent: 125, skipped: 18, unknown: 18 });
  for (const dispatch of [undisturbed, lost, replayed]) {
    expect(await world.statusOf(dispatch)).toBe("completed");
    expect([...(await rows(dispatch))]).toEqual(expected);
    const attempted = world.gateway.log.filter(
      (h) => h.dispatchNo === dispatch.no && h.outcome?.kind !== "deferred",
    );
    expect(attempted).toHaveLength(expected.reduce((sum, { attempts }) => sum + attempts, 0));
  }
});

test("Nobody is forgotten: a database whose clock steps back by a day does not make anybody wait for a day", async () => {
  await world.addRecipients(await world.addOperator(200), 400);
  const dispatch = await world.addDispatch({ endInMs: 3 * 86_400_000 });
  world.gateway.respond = (h, nth) => (h.recipientNo % 10 === 0 && nth === 1 ? busy : accepted);
  const [dead, alive] = [world.process(), world.process()];
  const [lane] = await world.openIt(dead, dispatch);
  const dying = world.runLane(dead, lane!.lane);
  await world.gateway.until(60);
  await dead.kill();
  await dying;
  await world.stepDatabaseClock(-86_400_000);
  await world.sweep(alive);
  const tally = await world.tally(dispatch);
  expect(Object.keys(tally).filter((status) => status !== "unknown" && status !== "sent")).toEqual([]);
  expect(tally.sent).toBeGreaterThan(0);
  expect(await world.statusOf(dispatch)).toBe("completed");
});

test("Nobody is forgotten: a gateway that is away for twenty minutes costs nobody the message", async () => {
  await world.addRecipients(await world.addOperator(null), 2_000);
  const dispatch = await world.addDispatch({ endInMs: 86_400_000 });
  const backMs = world.clock.now() + 1_200_000;
  world.gateway.respond = () =>
    world.clock.now() < backMs ? { kind: "deferred", code: "unreachable" } : accepted;
  const process = world.process();
  await world.run(process, dispatch);
  expect(await world.statusOf(dispatch)).toBe("completed");
  expect(await world.tally(dispatch)).toEqual({ sent: 2_000 });
  // While it was away it was asked with one message at a time.
  const whileAway = world.gateway.log.filter((h) => h.atMs < backMs).length;
  expect(whileAway).toBeLessThan(1_500);
});

test("A gateway that refuses us because of our own settings fails nobody: the lane waits and says why", async () => {
  await world.addRecipients(await world.addOperator(null), 2_000);
  const dispatch = await world.addDispatch();
  const process = world.process();
  world.gateway.connectionsMax = 50;
  world.gateway.respond = () => ({ kind: "misconfigured", code: "http_401" });
  const [lane] = await world.openIt(process, dispatch);
  const turn = await takeTurn(process.ctx, lane!.lane, 2_000);
  await process.quiet();
  expect(turn.next).toBe("later");
  const [row] = await world.sql<{ reason: string }[]>`select wait_reason as reason from lanes`;
  expect(row!.reason).toBe("gateway: http_401");
  expect(await world.tally(dispatch)).not.toHaveProperty("failed");
  expect(world.gateway.log.length).toBeLessThan(600);
  world.gateway.respond = () => accepted;
  await world.jump(31_000);
  await world.runLane(process, lane!.lane);
  await world.runAnnounced(process);
  expect(await world.tally(dispatch)).toEqual({ sent: 2_000 });
});

test("A gateway that refuses one operator does not hold up the others", async () => {
  const [refused, fine] = [await world.addOperator(null), await world.addOperator(null)];
  await world.addRecipients(refused, 5_000);
  world.gateway.connectionsMax = 50;
  const ofFine = await world.addRecipients(fine, 500);
  const dispatch = await world.addDispatch();
  const isFine = new Set(ofFine);
  world.gateway.respond = (h) => (isFine.has(h.recipientNo) ? accepted : busy);
  const process = world.process();
  const [laneA, laneB] = await world.openIt(process, dispatch);
  const turnOf = async (lane: number) => {
    const turn = await takeTurn(process.ctx, lane, 2_000);
    await process.quiet();
    return turn;
  };
  const breakerA = () => process.ctx.breakers.of("fake", refused).state;
  // It opens for longer each time; long enough that it surely is open while the others are sent.
  for (;;) {
    const turn = await turnOf(laneA!.lane);
    if (isTripped(breakerA(), world.clock.now() + 15_000)) break;
    if (turn.next === "later")
      await world.jump(Math.max(0, Date.parse(turn.at) - (await world.databaseNowMs())) + 1);
  }
  // No jump here, which would let the breaker's time pass.
  const { offsetMs } = world.clock;
  let turn = await turnOf(laneB!.lane);
  while (turn.next === "again") turn = await turnOf(laneB!.lane);
  expect(turn.next).toBe("done");
  expect((await world.tally(dispatch)).sent).toBe(500);
  expect(world.clock.offsetMs).toBe(offsetMs);
  expect(isTripped(breakerA(), world.clock.now()), "the breaker of the first is still open").toBe(true);
});

test("A gateway that never answers does not make a whole audience unknown", async () => {
  await world.addRecipients(await world.addOperator(500), 3_000);
  world.gateway.respond = async ({ atMs }) => {
    await world.clock.sleepUntil(atMs + 300);
    return { kind: "unknown", code: "timeout" };
  };
  const dispatch = await world.addDispatch();
  const process = world.process();
  const [lane] = await world.openIt(process, dispatch);
  expect((await takeTurn(process.ctx, lane!.lane, 5_000)).next).toBe("later");
  await process.quiet();
  expect((await world.tally(dispatch)).unknown).toBeLessThan(500);
});

test("retry-failed makes due again what failed by the gateway's fault, and reopens a completed dispatch", async () => {
  await world.addRecipients(await world.addOperator(null), 100);
  const dispatch = await world.addDispatch();
  world.gateway.respond = (h) => {
    if (h.recipientNo % 10 === 1) return { kind: "rejected", code: "http_422" };
    if (h.recipientNo % 10 === 2) return { kind: "unknown", code: "timeout" };
    return h.recipientNo % 10 === 3 ? givenUp : accepted;
  };
  const process = world.process();
  await world.run(process, dispatch);
  expect(await world.tally(dispatch)).toEqual({ sent: 70, failed: 20, unknown: 10 });
  expect(await world.statusOf(dispatch)).toBe("completed");
  await expectCountersExact(world.sql);
  world.gateway.respond = () => accepted;
  const handedOver = world.gateway.log.length;
  expect(await retryFailed(process.ctx, dispatch.id)).toMatchObject({ retried: 10 });
  expect(await world.statusOf(dispatch)).toBe("running");
  await expectCountersExact(world.sql);
  await world.runAnnounced(process);
  expect(await world.statusOf(dispatch)).toBe("completed");
  expect(await world.tally(dispatch)).toEqual({ sent: 80, failed: 10, unknown: 10 });
  expect(world.gateway.log.length - handedOver).toBe(10);
  expect(await retryFailed(process.ctx, dispatch.id)).toMatchObject({ retried: 0 });
  expect(await world.statusOf(dispatch)).toBe("completed");
});

test("What the gateway always puts off costs no attempt: tried at growing distances to the end of the window, then it has expired with the code", async () => {
  await world.addRecipients(await world.addOperator(null), 3);
  const dispatch = await world.addDispatch({ endInMs: 600_000 });
  world.gateway.respond = () => ({ kind: "deferred", code: "twilio_20429" });
  const process = world.process();
  await world.run(process, dispatch);
  const [first, ...later] = world.gateway.log
    .filter(({ recipientNo }) => recipientNo === 1)
    .map(({ atMs }) => atMs);
  const distances = later.map((ms, i) => ms - (later[i - 1] ?? first!));
  expect(distances.length, "minutes are tried in").toBeGreaterThan(10);
  expect(distances.slice(0, 5)).toSatisfy((ms: number[]) =>
    ms.every((distance, i) => i === 0 || distance > ms[i - 1]!),
  );
  await closeDispatch(process.ctx, dispatch.id);
  expect(await world.statusOf(dispatch)).toBe("expired");
  const rows = await world.sql`select status, attempts, error from messages`;
  expect([...rows]).toEqual(Array(3).fill({ status: "expired", attempts: 0, error: "twilio_20429" }));
});

test("Three people survive a gateway that puts everything off for a minute, and what it asks for is waited for", async () => {
  await world.addRecipients(await world.addOperator(null), 3);
  const dispatch = await world.addDispatch({ endInMs: 12 * 3_600_000 });
  let untilMs = 0;
  world.gateway.respond = ({ atMs, recipientNo }, nth) => {
    untilMs ||= atMs + 60_000;
    // One is told to come back in three hours.
    if (recipientNo === 3 && nth === 1)
      return { kind: "deferred", code: "http_503", retryAfterMs: 3 * 3_600_000 };
    return atMs < untilMs ? { kind: "deferred", code: "http_429" } : accepted;
  };
  const process = world.process();
  await world.run(process, dispatch);
  expect(await world.tally(dispatch)).toEqual({ sent: 3 });
  expect(await world.statusOf(dispatch)).toBe("completed");
  const [asked, again, ...more] = world.gateway.log.filter(({ recipientNo }) => recipientNo === 3);
  expect(more).toEqual([]);
  expect(again!.atMs - asked!.atMs).toBeGreaterThanOrEqual(3 * 3_600_000);
  const [row] = await world.sql`select distinct error, attempts from messages`;
  expect(row).toEqual({ error: null, attempts: 1 });
});

test("retry-failed is refused once the window is closed, and before it opens", async () => {
  await world.addRecipients(await world.addOperator(null), 3);
  world.gateway.respond = () => givenUp;
  const process = world.process();
  const dispatch = await world.addDispatch({ endInMs: 600_000 });
  const early = await world.addDispatch({ startInMs: 300_000 });
  await expect(retryFailed(process.ctx, early.id)).rejects.toThrow(ConflictError);
  await world.run(process, dispatch);
  expect(await world.tally(dispatch)).toEqual({ failed: 3 });
  await world.jump(600_000);
  await expect(retryFailed(process.ctx, dispatch.id)).rejects.toThrow(ConflictError);
  expect(await world.tally(dispatch)).toEqual({ failed: 3 });
});

test("Opt-out is honoured to the last moment: between opening and claim it makes the message skipped, with the reason", async () => {
  const nos = await world.addRecipients(await world.addOperator(null), 50);
  await world.sql`update recipients set opted_out_at = clock_now() - interval '1 day' where no = ${nos[0]!}`;
  const dispatch = await world.addDispatch();
  const process = world.process();
  const [lane] = await world.openIt(process, dispatch);
  await world.sql`update recipients set opted_out_at = clock_now() where no in (${nos[1]!}, ${nos[2]!})`;
  await world.sql`update recipients set deleted_at = clock_now() where no = ${nos[3]!}`;
  await world.runLane(process, lane!.lane);
  await world.runAnnounced(process);
  expect(await world.tally(dispatch)).toEqual({ sent: 46, skipped: 3 });
  expect(world.gateway.log.map((h) => h.recipientNo)).not.toEqual(expect.arrayContaining([nos[1]!]));
  const reasons =
    await world.sql`select code, count(*)::int as n from failures where outcome = 'skipped' group by 1 order by 1`;
  expect([...reasons]).toEqual([
    { code: "deleted", n: 1 },
    { code: "opted_out", n: 2 },
  ]);
  const [row] = await world.sql`select audience::int from dispatches`;
  expect(row).toEqual({ audience: 49 });
});

test("Opt-out is honoured to the last moment: also by those who wait for another try", async () => {
  const nos = await world.addRecipients(await world.addOperator(null), 10);
  const dispatch = await world.addDispatch();
  const process = world.process();
  world.gateway.respond = () => ({ ...busy, retryAfterMs: 60_000 });
  const [lane] = await world.openIt(process, dispatch);
  await world.handOver(process, lane!.lane, 10);
  expect(await world.tally(dispatch)).toEqual({ deferred: 10 });
  await world.sql`update recipients set opted_out_at = clock_now() where no = ${nos[4]!}`;
  world.gateway.respond = () => accepted;
  await world.runLane(process, lane!.lane);
  await world.runAnnounced(process);
  expect(await world.tally(dispatch)).toEqual({ sent: 9, skipped: 1 });
  expect(world.gateway.log.filter((h) => h.recipientNo === nos[4]!)).toHaveLength(1);
});

test("The emergency stop and its end are one row, one audit entry each", async () => {
  const web = world.web();
  await setSending(web, { state: "stopped", reason: "restored from a backup" });
  await setSending(web, { state: "on" });
  const audit = await world.sql<{ action: string }[]>`select action from audit_log order by no`;
  expect(audit.map((a) => a.action)).toEqual(["sending.stopped", "sending.on"]);
});

test("Nobody is forgotten: a claim whose answer was lost on its way is taken back at once, not when its lease ends", async () => {
  await world.addRecipients(await world.addOperator(null), 300);
  const dispatch = await world.addDispatch();
  const process = world.process();
  const [lane] = await world.openIt(process, dispatch);
  const { sql } = process.ctx.db;
  let claims = 0;
  const deaf = new Proxy(sql, {
    get(target, property) {
      if (property !== "begin") return Reflect.get(target, property);
      return async (work: Parameters<typeof sql.begin>[1]) => {
        const answer = await target.begin(work);
        // The first transaction of a turn is its claim. It has been committed.
        if (claims++ === 0)
          throw Object.assign(new Error("write CONNECTION_CLOSED"), { code: "CONNECTION_CLOSED" });
        return answer;
      };
    },
  });
  process.ctx.db = { ...process.ctx.db, sql: deaf };
  await expect(takeTurn(process.ctx, lane!.lane, 2_000)).rejects.toThrow("CONNECTION_CLOSED");
  await process.quiet();
  expect(world.gateway.log).toEqual([]);
  const tally = await world.tally(dispatch);
  expect(tally.deferred).toBeGreaterThan(0);
  expect(tally).toEqual({ deferred: tally.deferred });
  await world.runAnnounced(process);
  expect(await world.tally(dispatch)).toEqual({ sent: 300 });
  expect(await world.statusOf(dispatch)).toBe("completed");
});

test("Nobody is forgotten: a retry that falls due before the one a lane waits for does not wait with it", async () => {
  await world.addRecipients(await world.addOperator(100), 200);
  const dispatch = await world.addDispatch({ endInMs: 300_000 });
  const process = world.process();
  // The last are refused once, after a turn has ended to wait for the first.
  let refuse: () => void = () => {};
  const isWaiting = new Promise<void>((resolve) => {
    refuse = resolve;
  });
  world.gateway.respond = async ({ recipientNo }, nth) => {
    if (recipientNo === 1) return { kind: "deferred", code: "http_503", retryAfterMs: 600_000 };
    if (recipientNo <= 190 || nth > 1) return { kind: "accepted" };
    await isWaiting;
    return { kind: "deferred", code: "http_503" };
  };
  const [lane] = await world.openIt(process, dispatch);
  // On a busy machine the first refusal is written late, and some miss their slots.
  for (let waitsLong = false; !waitsLong; ) {
    const turn = await takeTurn(process.ctx, lane!.lane, 5_000);
    if (turn.next !== "later") continue;
    waitsLong = Date.parse(turn.at) - world.clock.now() > 500_000;
    if (!waitsLong) await world.clock.sleepUntil(Date.parse(turn.at));
  }
  refuse();
  await process.quiet();
  const { deferred = 0, sent } = await world.tally(dispatch);
  expect([deferred, sent]).toEqual([deferred, 200 - deferred]);
  expect(deferred).toBeGreaterThanOrEqual(11);
  const woken = () => process.announced.splice(0).filter((event) => event.name === "lane/turn.due");
  expect(woken(), "by the settle").not.toEqual([]);
  await sweep(process.ctx, 0);
  expect(woken(), "by the sweep, were the first forgotten").not.toEqual([]);
  for (let turns = 0; (await world.tally(dispatch)).sent !== 199; turns++) {
    expect(turns, "turns of those who missed their slots").toBeLessThan(20);
    process.announced.length = 0;
    const turn = await takeTurn(process.ctx, lane!.lane, 5_000);
    await process.quiet();
    const untilMs = turn.next === "later" ? Date.parse(turn.at) : 0;
    if (untilMs - world.clock.now() < 60_000) await world.clock.sleepUntil(untilMs);
  }
  expect(await world.tally(dispatch)).toEqual({ deferred: 1, sent: 199 });
  expect(woken(), "nothing is due before the lane's own wait ends").toEqual([]);
});

test("A lane that has claimed everybody says that the gateway refuses, not that it waits for retries", async () => {
  await world.addRecipients(await world.addOperator(null), 3);
  const dispatch = await world.addDispatch();
  const process = world.process();
  world.gateway.respond = () => ({ kind: "misconfigured", code: "http_401" });
  const [lane] = await world.openIt(process, dispatch);
  await takeTurn(process.ctx, lane!.lane, 2_000);
  await process.quiet();
  expect((await takeTurn(process.ctx, lane!.lane, 2_000)).next).toBe("later");
  expect(await world.sql`select drained from lanes`).toEqual([{ drained: true }]);
  expect((await getTimeline(world.web(), dispatch.id)).lanes.map(({ reason }) => reason.code)).toEqual([
    "breaker",
  ]);
});
