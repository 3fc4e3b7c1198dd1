import fc from "fast-check";
import { expect, test } from "vitest";
import { type Hours, weekdays } from "@/lib/domain/daily-hours";
import type { Outcome } from "@/lib/gateways/gateway";
import { eraseRecipient } from "@/lib/services/audience/erase-recipient";
import { putRecipient } from "@/lib/services/audience/put-recipient";
import type { Context } from "@/lib/services/context";
import { cancelDispatch } from "@/lib/services/dispatches/cancel-dispatch";
import { pauseDispatch } from "@/lib/services/dispatches/pause-dispatch";
import { resumeDispatch } from "@/lib/services/dispatches/resume-dispatch";
import { retryFailed } from "@/lib/services/dispatches/retry-failed";
import { updateDispatch } from "@/lib/services/dispatches/update-dispatch";
import { setQuietHours } from "@/lib/services/sending/quiet-hours";
import { recordReceipts } from "@/lib/services/sending/record-receipts";
import { setSending } from "@/lib/services/sending/set-sending";
import { OptOuts } from "@/test/support/opt-outs";
import { CarelessEngine } from "@/test/support/sending-engine";
import {
  expectCountersExact,
  expectGuarantees,
  expectLanesOpen,
  expectTimesKept,
  type OperatorRate,
  type Silence,
} from "@/test/support/sending-oracle";
import { type DispatchRef, type HandOver, type Process, World } from "@/test/support/world";

/**
 * How long to look for a counterexample; `npm run test:chaos` looks for longer. A failure prints
 * its seed and its plan: `MODEL_SEED=…` begins with the same plans, `MODEL_PLAN='…'` lives through
 * that one again and again, since what runs at the same time is not in the plan's hands.
 */
const SECONDS = Number(process.env.MODEL_SECONDS ?? 15);
const SEED = process.env.MODEL_SEED ? Number(process.env.MODEL_SEED) : undefined;
const PLAN = process.env.MODEL_PLAN;
const ROUNDS_MAX = 80;
const RUN_MS_MAX = 30_000;

const PERSONAL = "To {{name}}: {{code|}}";
const allDay: Hours = { from: "00:00", to: "24:00", days: [...weekdays], unknown_zone: "dispatch" };

const share = (percent: number) => fc.integer({ min: 0, max: percent }).map((n) => n / 100);

const picked = <T extends string>(what: T) =>
  fc.record({ what: fc.constant(what), pick: fc.nat({ max: 1_000_000 }) });
const timed = <T extends string>(what: T, ms: fc.Arbitrary<number>) =>
  fc.record({ what: fc.constant(what), ms });

/** Everything that may happen while dispatches run. `pick` chooses whom it happens to. */
const event = fc.oneof(
  { weight: 12, arbitrary: timed("wait", fc.integer({ min: 1, max: 90 })) },
  { weight: 3, arbitrary: timed("jump", fc.constantFrom(900, 3_000, 12_000, 100_000)) },
  { weight: 1, arbitrary: timed("step", fc.constantFrom(-4_000, -300, 300, 4_000)) },
  { weight: 4, arbitrary: picked("kill") },
  { weight: 4, arbitrary: picked("move") },
  { weight: 3, arbitrary: picked("zone") },
  { weight: 3, arbitrary: picked("rename") },
  { weight: 2, arbitrary: picked("quiet") },
  { weight: 2, arbitrary: picked("loud") },
  { weight: 2, arbitrary: picked("optOut") },
  { weight: 1, arbitrary: picked("optIn") },
  { weight: 2, arbitrary: picked("replyStop") },
  { weight: 2, arbitrary: picked("replyStart") },
  { weight: 3, arbitrary: picked("import") },
  { weight: 3, arbitrary: picked("undo") },
  { weight: 2, arbitrary: picked("erase") },
  { weight: 2, arbitrary: picked("turn") },
  { weight: 2, arbitrary: picked("sweep") },
  { weight: 2, arbitrary: picked("receipts") },
  { weight: 1, arbitrary: picked("terminate") },
  { weight: 1, arbitrary: picked("pause") },
  { weight: 2, arbitrary: picked("resume") },
  { weight: 1, arbitrary: picked("stop") },
  { weight: 2, arbitrary: picked("go") },
  { weight: 1, arbitrary: picked("cancel") },
  { weight: 1, arbitrary: picked("reopen") },
  { weight: 1, arbitrary: picked("retryFailed") },
  { weight: 3, arbitrary: picked("extend") },
  { weight: 1, arbitrary: picked("slower") },
);

const scenario = fc.record({
  operators: fc.array(
    fc.record({
      rate: fc.constantFrom(null, null, 60, 150, 400, 1000),
      recipients: fc.integer({ min: 0, max: 60 }),
    }),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
  dispatches: fc.array(
    fc.record({
      operator: fc.option(fc.nat({ max: 2 })),
      tagged: fc.boolean(),
      /** Its audience has terms instead of filters. */
      terms: fc.option(
        fc.record({
          ...{ all: fc.boolean(), any: fc.boolean(), none: fc.boolean() },
          ...{ city: fc.boolean(), excluded: fc.boolean(), operators: fc.subarray([0, 1, 2]) },
        }),
        { freq: 2 },
      ),
      segments: fc.constantFrom(1, 1, 2, 5),
      startInMs: fc.constantFrom(-1_000, -1_000, -1_000, 200),
      // Hours that are never over: the dispatch goes by time zones.
      zoned: fc.boolean(),
      /** Each person's own text, of one to three segments. */
      personal: fc.boolean(),
      endInMs: fc.constantFrom(1_000, 20_000, 3_600_000, 3_600_000),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  gateway: fc.record({
    idempotent: fc.boolean(),
    rejected: share(10),
    deferred: share(30),
    unknown: share(20),
    slow: share(20),
    misconfigured: share(1),
    connectionsMax: fc.constantFrom(3, 20, 500),
  }),
  engine: fc.record({ forget: share(30), double: share(30) }),
  /**
   * The share of statement boundaries at which a connection is lost, and how many until a process
   * dies there.
   */
  faults: fc.record({
    statement: share(2),
    deaths: fc.array(fc.integer({ min: 0, max: 160 }), { maxLength: 3 }),
  }),
  events: fc.array(event, { minLength: 4, maxLength: 24 }),
  dice: fc.nat(),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

test("Whatever happens, in whatever order: every guarantee holds", {
  timeout: (SECONDS + 90) * 1000,
}, async () => {
  let runs = 0;
  const result = await fc.check(
    fc.asyncProperty(PLAN ? fc.constant<Scenario>(JSON.parse(PLAN)) : scenario, async (plan) => {
      await run(plan);
      runs++;
    }),
    {
      numRuns: 100_000,
      interruptAfterTimeLimit: SECONDS * 1000,
      timeout: RUN_MS_MAX,
      endOnFailure: true,
      ...(SEED !== undefined && { seed: SEED }),
    },
  );
  if (result.failed && result.counterexample) {
    const plan = JSON.stringify(result.counterexample[0]);
    const what = (result.errorInstance as Error | undefined)?.message;
    throw new Error(
      `${what}\nAfter ${result.numRuns} runs. Again: MODEL_SEED=${result.seed} or MODEL_PLAN='${plan}'`,
      {
        cause: result.errorInstance,
      },
    );
  }
  expect(runs).toBeGreaterThan(0);
});

/** A little generator of its own, so that the plan alone decides. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

async function run(plan: Scenario): Promise<void> {
  const world = await World.open();
  try {
    await live(world, plan);
  } finally {
    await world.close();
  }
}

async function live(world: World, plan: Scenario): Promise<void> {
  const random = dice(plan.dice);
  const web = world.web();
  world.gateway.idempotent = plan.gateway.idempotent;
  world.gateway.connectionsMax = plan.gateway.connectionsMax;
  world.gateway.respond = async ({ recipientNo, dispatchNo, atMs }, nth) => {
    const roll = dice(plan.dice + recipientNo * 7919 + dispatchNo * 104_729 + nth * 31);
    if (roll() < plan.gateway.slow) await world.clock.sleepUntil(atMs + 20 + roll() * 400);
    return outcome(plan, roll());
  };

  const tag = await world.addTag();
  const operators: OperatorRate[] = [];
  for (const { rate, recipients } of plan.operators) {
    const no = await world.addOperator(rate);
    operators.push({ no, rate });
    await world.addRecipients(no, recipients);
  }
  await world.sql`update recipients set timezone = (array[null, 'Asia/Omsk', 'Europe/Moscow'])[1 + no % 3]`;
  await world.sql`insert into recipient_tags select ${tag}::int, no from recipients where no % 3 <> 0`;
  const [rare, left] = [await world.addTag(), await world.addTag()];
  await world.sql`insert into recipient_tags select ${rare}::int, no from recipients where no % 7 < 3`;
  await world.sql`insert into recipient_tags select ${left}::int, no from recipients where no % 11 = 0`;
  await world.sql`update recipients set attributes = jsonb_build_object('city', (no % 4)::text)`;
  await world.sql`update recipients set attributes = attributes || jsonb_build_object('name', no::text) where no % 13 > 0`;
  await world.sql`update recipients set attributes = attributes || jsonb_build_object('code', repeat('x', 200)) where no % 5 = 0`;
  await world.sql`insert into attribute_names values ('name'), ('code')`;
  const earlier = await addEarlier(world, operators[0]!.no);
  const dispatches: DispatchRef[] = [];
  for (const { terms, tagged, operator, zoned, personal, ...one } of plan.dispatches) {
    const localTime = zoned ? allDay : null;
    const d = { ...one, ...(personal && { personal, text: PERSONAL, maxSegments: 2 }) };
    const operatorOf = (n: number) => operators[n % operators.length]!.no;
    if (terms) {
      const asked = {
        all: terms.all ? [tag, rare] : [],
        any: terms.any ? [rare, left] : [],
        none: terms.none ? [left] : [],
        operators: [...new Set(terms.operators.map(operatorOf))],
        attributes: terms.city ? [{ name: "city", values: ["0", "1", "3"] }] : [],
        excluded: terms.excluded ? [earlier] : [],
      };
      if (Object.values(asked).some((list) => list.length > 0)) {
        dispatches.push(await world.addDispatch({ ...d, terms: asked, localTime }));
        continue;
      }
    }
    const operatorNo = operator === null ? null : operatorOf(operator);
    dispatches.push(await world.addDispatch({ ...d, operatorNo, tagNo: tagged ? tag : null, localTime }));
  }

  // Processes die at statements, as planned; each death is followed by a new process.
  const deaths = [...plan.faults.deaths];
  const all: Process[] = [];
  const start = () => {
    const process = world.process();
    const deathAt = deaths.shift();
    process.life.atBoundary = (n) => {
      if (n === deathAt) {
        void process.kill();
        return "freeze";
      }
      return random() < plan.faults.statement ? "fail" : "go";
    };
    all.push(process);
  };
  const alive = () => {
    const living = all.filter((p) => !p.life.isFrozen && !p.ctx.stopping.aborted);
    return living;
  };
  start();
  start();
  const engine = new CarelessEngine(world, alive, random, plan.engine);
  const silences: Silence[] = [];
  const erased: Erased[] = [];
  const endSilence = (dispatch: DispatchRef | undefined) => {
    for (const s of silences)
      if (s.dispatch === dispatch && !s.phone && s.toMs === Number.POSITIVE_INFINITY)
        s.toMs = world.clock.now();
  };

  const optOuts = await OptOuts.of(world, web, silences);
  // Nobody's hours: like a stop, but that lanes stay open and sleep.
  let isQuiet = false;
  let quietSince = 0;
  const endQuiet = () => {
    if (isQuiet) silences.push({ dispatch: undefined, fromMs: quietSince, toMs: world.clock.now() });
    isQuiet = false;
  };

  for (const { id } of dispatches) engine.open(id);
  for (const e of plan.events) {
    await expectCountersExact(world.sql, { atRest: false });
    // A clock that steps back reopens no window, and whoever looks then sees lanes that were closed
    // at its end.
    if (world.steppedMs === 0) await expectLanesOpen(world.sql);
    engine.hear(all);
    await engine.wake();
    while (alive().length < 2) start();
    if (e.what === "wait") {
      await world.clock.sleepUntil(world.clock.now() + e.ms);
      continue;
    }
    if (e.what === "step") {
      await world.stepDatabaseClock(e.ms);
      continue;
    }
    if (e.what === "jump") {
      await world.jump(e.ms);
      continue;
    }
    const dispatch = dispatches[e.pick % dispatches.length]!;
    const operator = operators[e.pick % operators.length]!;
    const process = alive()[e.pick % alive().length]!;
    switch (e.what) {
      case "optOut":
      case "optIn":
      case "replyStop":
      case "replyStart":
      case "import":
      case "undo":
        await optOuts[e.what](e.pick);
        break;
      case "erase":
        await erase(world, web, e.pick, erased, optOuts);
        break;
      case "move":
        await world.sql`
          update recipients set operator_no = ${operator.no}, operator_changed_at = clock_now()
          where operator_no <> ${operator.no} and no % 4 = ${e.pick % 4}`;
        break;
      case "zone":
        await world.sql`
          update recipients set timezone = (array[null, 'Asia/Omsk', 'Europe/Moscow', 'Asia/Tokyo'])[1 + ${e.pick % 4}::int]
          where no % 5 = ${e.pick % 5}`;
        break;
      case "rename":
        await world.sql`
          update recipients set attributes = attributes || jsonb_build_object('name', no || ' again',
            'code', repeat('x', (array[0, 10, 200, 400])[1 + ${e.pick % 4}::int]))
          where no % 5 = ${e.pick % 5} and starts_with(phone, '+')`;
        break;
      case "quiet":
        await setQuietHours(web, { ...allDay, enabled: true });
        if (!isQuiet) quietSince = world.clock.now();
        isQuiet = true;
        break;
      case "loud":
        endQuiet();
        await setQuietHours({ ...process.ctx, db: web.db }, { ...allDay, enabled: false });
        break;
      case "pause":
        if (await did(pauseDispatch(web, dispatch.id)))
          silences.push({ dispatch, fromMs: world.clock.now(), toMs: Number.POSITIVE_INFINITY });
        break;
      case "resume":
        endSilence(dispatch);
        await did(resumeDispatch({ ...process.ctx, db: web.db }, dispatch.id));
        break;
      case "cancel":
        // Rare, or nothing else would be seen.
        if (e.pick % 3 === 0 && (await did(cancelDispatch(web, dispatch.id))))
          silences.push({ dispatch, fromMs: world.clock.now(), toMs: Number.POSITIVE_INFINITY });
        break;
      case "stop":
        await setSending(web, { state: "stopped" });
        silences.push({ dispatch: undefined, fromMs: world.clock.now(), toMs: Number.POSITIVE_INFINITY });
        break;
      case "go":
        endSilence(undefined);
        await setSending({ ...process.ctx, db: web.db }, { state: "on" });
        break;
      case "turn":
        for (const { no } of await world.sql<{ no: number }[]>`select no from lanes`) engine.turn(no);
        break;
      case "reopen":
        engine.open(dispatch.id, 1 + (e.pick % 3));
        break;
      case "sweep":
        engine.sweep();
        break;
      case "receipts":
        await recordReceipts(
          web,
          null,
          world.gateway.log
            .filter((h) => h.recipientNo % 5 === e.pick % 5)
            .map(({ id }) => ({
              id,
              status: e.pick % 2 ? ("delivered" as const) : ("undelivered" as const),
              error: null,
            })),
        );
        break;
      case "kill":
        await process.kill();
        break;
      case "terminate":
        process.stop();
        break;
      case "retryFailed":
        await did(retryFailed({ ...process.ctx, db: web.db }, dispatch.id));
        break;
      case "extend":
        await extend(
          world,
          { ...process.ctx, db: web.db },
          dispatch,
          [1_000, 20_000, 3_600_000][e.pick % 3]!,
        );
        break;
      case "slower":
        await changeRate(world, operator, 500);
        break;
    }
  }

  // Peace: nobody pauses, kills or forgets any more; what must happen has to.
  for (const s of silences)
    if (s.toMs === Number.POSITIVE_INFINITY && !s.phone && (await isPeaceable(world, s.dispatch)))
      s.toMs = world.clock.now();
  endQuiet();
  await setQuietHours(web, { ...allDay, enabled: false });
  await setSending(web, { state: "on" });
  for (const { id } of dispatches) await did(resumeDispatch(web, id));
  for (const process of all) process.life.atBoundary = () => "go";
  while (alive().length < 1) start();
  for (const process of all) process.life.atBoundary = () => "go";
  world.gateway.respond = () => ({ kind: "accepted" });
  const peace = new CarelessEngine(world, alive, random, { forget: 0, double: 0 });
  for (let round = 0; ; round++) {
    await engine.quiet();
    await Promise.all(all.filter((p) => !p.life.isFrozen).map((p) => p.quiet()));
    peace.sweep();
    await peace.quiet();
    peace.hear(all);
    await peace.quiet();
    const [row] = await world.sql<{ n: number }[]>`
      select (select count(*) from dispatches where status in ('scheduled', 'running', 'paused') or audience is null)::int
        + (select count(*) from chunks where state in ('claimed', 'started'))::int as n`;
    // A cancelled dispatch, too, has an end: what a killed process held of it is taken back when
    // its lease is over.
    if (row!.n === 0 && round > 0) break;
    expect(round, "everything comes to an end").toBeLessThan(ROUNDS_MAX);
    const nextMs = await peace.wake();
    if (peace.isIdle)
      await world.jump(Math.min(Math.max((nextMs ?? 0) - (await world.databaseNowMs()), 5_000), 60_000) + 1, {
        atRest: true,
      });
  }
  peace.sweep();
  await peace.quiet();
  await expectGuarantees(world, dispatches, silences);
  await expectOwnTexts(world);
  for (const { no, atMs } of erased)
    expect(
      world.gateway.log.filter((h) => h.recipientNo === no && h.atMs > atMs + BITES_MS),
      "whoever was erased is not written to any more",
    ).toEqual([]);
  // When the database's clock was stepped, no other can say what a second was, or when the window.
  if (world.steppedMs === 0) await expectTimesKept(world, operators);
}

/** Whoever got a personal text got theirs, each time the one that is kept. */
async function expectOwnTexts({ sql, gateway }: World): Promise<void> {
  const rows = await sql<
    { id: string; text: string }[]
  >`select message_id::text as id, text from message_texts`;
  const first = new Map(rows.map(({ id, text }) => [id, text]));
  const others: HandOver[] = [];
  for (const handOver of gateway.log) {
    const { id, text, recipientNo } = handOver;
    const isOwn = text === "hello" || new RegExp(`^To ${recipientNo}( again)?: x*$`).test(text);
    if (!isOwn || (first.get(id) ?? text) !== text) others.push(handOver);
    first.set(id, text);
  }
  expect(others, "a text of somebody else, or another at a further try").toEqual([]);
}

interface Erased {
  no: number;
  atMs: number;
}
/** What was asked about before is written within so long. */
const BITES_MS = 1_000;

/** Erases somebody; every second one comes again, as somebody new. */
async function erase(
  world: World,
  web: Context,
  pick: number,
  erased: Erased[],
  optOuts: OptOuts,
): Promise<void> {
  const people = await world.sql<{ no: number; phone: string; operator: string }[]>`
    select r.no::float8 as no, r.phone, o.code as operator from recipients r
    join operators o on o.no = r.operator_no
    where starts_with(r.phone, '+') order by r.no`;
  const person = people[pick % people.length];
  if (!person) return;
  await eraseRecipient(web, person.phone);
  erased.push({ no: person.no, atMs: world.clock.now() });
  const isOut = optOuts.forget(person.phone);
  if (pick % 2 === 0) {
    const { recipient } = await putRecipient(web, person.phone, { operator: person.operator });
    expect(recipient.optedOutAt !== null).toBe(isOut);
  }
}

/** A dispatch that is over, and has reached some people. @returns its number */
async function addEarlier(world: World, operatorNo: number): Promise<number> {
  const [row] = await world.sql<{ no: number }[]>`
    insert into dispatches (id, status, timezone, start_at, end_at, start_input, end_input, message_text, segments, started_at, finished_at, max_no, audience)
    select gen_random_uuid(), 'completed', 'UTC', now() - interval '3 hours', now() - interval '2 hours', '', '', 'earlier', 1,
      now() - interval '3 hours', now() - interval '2 hours', 0, count(*) from recipients where no % 5 < 2
    returning no`;
  await world.sql`
    with lane as (
      insert into lanes (dispatch_no, operator_no, open, drained, delivered, expired)
      select ${row!.no}::int, ${operatorNo}::int, false, true, count(*) filter (where no % 5 = 0), count(*) filter (where no % 5 = 1)
      from recipients returning no, delivered
    ),
    told as (
      insert into lane_receipts (lane_no, at, delivered)
      select no, now() - interval '2 hours', delivered from lane
    )
    insert into messages (id, lane_no, phone, status, claimed_at)
    select (${row!.no}::bigint << 32) | r.no, lane.no, r.phone, case when r.no % 5 = 0 then 'delivered' else 'expired' end, now()
    from recipients r, lane where r.no % 5 < 2`;
  return row!.no;
}

function outcome({ gateway }: Scenario, roll: number): Outcome {
  let left = roll;
  const falls = (part: number) => {
    left -= part;
    return left < 0;
  };
  if (falls(gateway.rejected)) return { kind: "rejected", code: "http_422" };
  if (falls(gateway.deferred)) return { kind: "deferred", code: "http_503", retryAfterMs: 500 };
  if (falls(gateway.unknown)) return { kind: "unknown", code: "timeout" };
  if (falls(gateway.misconfigured)) return { kind: "misconfigured", code: "http_401" };
  return { kind: "accepted" };
}

/** A domain rule may refuse; every other error is a fault. */
async function did(work: Promise<unknown>, ...refusals: string[]): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (["dispatch_state", ...refusals].includes((error as { code?: string }).code!)) return false;
    throw error;
  }
}

/**
 * Moves the end; of what has begun never after that end: so each of its windows goes on where the
 * one before would have ended, and whatever went out before the last end went out before the one
 * that held then. That is why the oracle need know only the last.
 */
async function extend(world: World, ctx: Context, dispatch: DispatchRef, byMs: number): Promise<void> {
  const [before] = await world.sql<{ status: string; endMs: number; nowMs: number }[]>`
    select status, extract(epoch from end_at)::float8 * 1000 as "endMs", extract(epoch from clock_now())::float8 * 1000 as "nowMs"
    from dispatches where no = ${dispatch.no}`;
  const { status, endMs, nowMs } = before!;
  const end = new Date(Math.max(endMs, nowMs) + byMs).toISOString();
  if (await did(updateDispatch(ctx, dispatch.id, { end_datetime: end }, null), "window_over"))
    if (status !== "scheduled") expect(nowMs, "extended before its end").toBeLessThan(endMs);
}

async function changeRate(world: World, operator: OperatorRate, rate: number): Promise<void> {
  const fromMs = world.clock.now();
  await world.sql`update operators set rate = ${rate} where no = ${operator.no}`;
  operator.changed ??= { rate, fromMs, toMs: world.clock.now() };
}

async function isPeaceable(world: World, dispatch: DispatchRef | undefined): Promise<boolean> {
  return dispatch === undefined || (await world.statusOf(dispatch)) === "paused";
}
