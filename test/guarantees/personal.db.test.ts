import { afterEach, beforeEach, expect, test } from "vitest";
import { segmentCount } from "@/lib/domain/text/segments";
import { eraseRecipient } from "@/lib/services/audience/erase-recipient";
import { setOptOut } from "@/lib/services/audience/set-opt-out";
import { TextWriter } from "@/lib/services/sending/ahead/text-writer";
import { claimChunk } from "@/lib/services/sending/claim-chunk";
import { takeTurn } from "@/lib/services/sending/take-turn";
import { expectCountersExact, expectNobodyTwice, expectRateKept } from "@/test/support/sending-oracle";
import { type DispatchInput, type Process, World } from "@/test/support/world";

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(async () => {
  await expectCountersExact(world.sql);
  await expectNobodyTwice(world);
  await world.close();
});

const TEXT = "Hello {{name}}, your code is {{code|none}}";

/** People with a name and a code; every third has no code, and codes make 1 to 3 segments. */
async function people(operator: number, count: number, tag?: number): Promise<number[]> {
  const nos = await world.addRecipients(operator, count, tag);
  await world.sql`
    update recipients set attributes = case no % 3
      when 0 then jsonb_build_object('name', 'P' || no)
      when 1 then jsonb_build_object('name', 'P' || no, 'code', repeat('x', 170) || no)
      else jsonb_build_object('name', 'P' || no, 'code', repeat('ю', 140) || no) end
    where no = any(${nos}::bigint[])`;
  return nos;
}

const textOf = (no: number): string => {
  const code = [undefined, "x".repeat(170) + no, "ю".repeat(140) + no][no % 3] ?? "none";
  return `Hello P${no}, your code is ${code}`;
};

const add = (input: DispatchInput = {}) => world.addDispatch({ text: TEXT, personal: true, ...input });

/** Each got theirs alone, once, and the rows say what they got. */
async function expectTheirOwn(nos: number[]): Promise<void> {
  const got = world.gateway.log.map(({ recipientNo, text }) => [recipientNo, text] as const);
  expect([...got].sort(([a], [b]) => a - b)).toEqual(nos.map((no) => [no, textOf(no)]));
  const rows = await world.sql<{ no: number; text: string; segments: number }[]>`
    select (message_id & 4294967295)::int as no, text, segments from message_texts order by message_id`;
  expect(rows.map(({ no, text }) => [no, text])).toEqual(nos.map((no) => [no, textOf(no)]));
}

test.each([{ rate: null }, { rate: 400 }])(
  "At a rate of $rate each gets the text that is theirs, once",
  async ({ rate }) => {
    const nos = await people(await world.addOperator(rate), 500);
    const dispatch = await add();
    await world.run(world.process(), dispatch);
    await expectTheirOwn(nos);
    expect(await world.tally(dispatch)).toEqual({ sent: 500 });
    expect(await world.statusOf(dispatch)).toBe("completed");
  },
);

test.each([
  { rate: 1_000, count: 3_000 },
  { rate: 40, count: 60 },
])(
  "In no second more segments than a rate of $rate, beside a plain dispatch and with further tries",
  async ({ rate, count }) => {
    const [operator, tag] = [await world.addOperator(rate), await world.addTag()];
    const nos = [...(await people(operator, count / 10, tag)), ...(await people(operator, (count * 9) / 10))];
    world.gateway.respond = ({ recipientNo }, nth) =>
      recipientNo % 10 === 0 && nth === 1
        ? { kind: "deferred", code: "http_503", retryAfterMs: 60_000 }
        : { kind: "accepted" };
    const process = world.process();
    const [personal, plain] = [await add(), await world.addDispatch({ tagNo: tag })];
    await Promise.all([personal, plain].map((dispatch) => world.run(process, dispatch)));
    const theirs = world.gateway.log.filter(({ dispatchNo }) => dispatchNo === personal.no);
    expect(theirs.map(({ recipientNo, text }) => [recipientNo, text])).toEqual(
      theirs.map(({ recipientNo }) => [recipientNo, textOf(recipientNo)]),
    );
    const again = nos.filter((no) => no % 10 === 0);
    expect(theirs.map(({ recipientNo }) => recipientNo).sort((a, b) => a - b)).toEqual(
      [...nos, ...again].sort((a, b) => a - b),
    );
    expect(await world.tally(personal)).toEqual({ sent: count });
    const sizes = world.gateway.log.map(({ atMs, text }) => ({ atMs, segments: segmentCount(text) }));
    expect(new Set(sizes.map(({ segments }) => segments))).toEqual(new Set([1, 2, 3]));
    expectRateKept(sizes, rate);
  },
);

/** How often a clock is looked at in a turn that goes on by a tenth of a millisecond each time. */
async function looksInATurn(prepare: (process: Process) => void): Promise<number> {
  await people(await world.addOperator(null), 400);
  const process = world.process();
  const [lane] = await world.openIt(process, await add());
  prepare(process);
  let [turn, nowMs, isDone] = [0, 0, false];
  const looks: number[] = [];
  const clock = {
    ...process.ctx.clock,
    now: () => {
      looks[turn] = (looks[turn] ?? 0) + 1;
      nowMs += 0.1;
      return nowMs;
    },
  };
  const next = () => {
    turn++;
    if (!isDone) setImmediate(next);
  };
  const writer = await TextWriter.open({ ...process.ctx, clock }, lane!.lane);
  const wanted = { from: "audience" as const, zone: undefined, cursor: "0", limit: 400 };
  writer.find(wanted);
  next();
  // Whoever has the operator's lock meanwhile is not waited for, and does not wait.
  await world.sql.begin(async (tx) => {
    await tx`select from operators for update`;
    await tx`select from lanes for update`;
    await writer.step();
  });
  isDone = true;
  expect(writer.find(wanted)?.entries).toHaveLength(400);
  return Math.max(...looks.filter(Boolean));
}

test("Texts are made in slices of two milliseconds, without a lock", async () => {
  expect(await looksInATurn(() => {})).toBeLessThanOrEqual(50);
});

test("While a message of another lane waits to go, they are made one by one", async () => {
  const looks = await looksInATurn(({ ctx }) => ctx.dueSlots.set({}, Number.NEGATIVE_INFINITY));
  expect(looks).toBeLessThanOrEqual(4);
});

test("A text too long for what is left of the window waits, says why, and is never sent", async () => {
  const operator = await world.addOperator(0.2);
  await people(operator, 3);
  await world.sql`update recipients set attributes = jsonb_build_object('name', repeat('ы', 150))`;
  const [process, dispatch] = [world.process(), await add({ endInMs: 8_000 })];
  const [lane] = await world.openIt(process, dispatch);
  // Behind slots of one segment, those of three wait for ten seconds more.
  await world.sql`update operators set next_slot_at = clock_now(), last_segments = 1`;
  await takeTurn(process.ctx, lane!.lane, 1_000);
  const [row] = await world.sql`
    select l.wait_reason, l.wait_until = d.end_at as is_end, l.turn_token
    from lanes l join dispatches d on d.no = l.dispatch_no`;
  expect(row).toEqual({ wait_reason: "operator_busy", is_end: true, turn_token: null });
  await world.jump(8_000, { atRest: true });
  await world.runLane(process, lane!.lane);
  expect(world.gateway.log).toEqual([]);
});

test("A tag, and an expression of tags, are kept", async () => {
  const [operator, tag, none] = [await world.addOperator(null), await world.addTag(), await world.addTag()];
  const tagged = await people(operator, 40, tag);
  await people(operator, 40);
  await world.run(world.process(), await add({ tagNo: tag }));
  await expectTheirOwn(tagged);
  await world.sql`insert into recipient_tags select ${none}::int, no from unnest(${tagged.slice(0, 10)}::bigint[]) no`;
  await world.run(world.process(), await add({ terms: { all: [tag], none: [none] } }));
  const second = world.gateway.log.slice(tagged.length).map(({ recipientNo }) => recipientNo);
  expect(second.sort((a, b) => a - b)).toEqual(tagged.slice(10));
});

test("By each person's own hours, zone by zone, each gets theirs", async () => {
  const operator = await world.addOperator(null);
  const nos = [...(await people(operator, 30)), ...(await people(operator, 30))];
  await world.sql`update recipients set timezone = case when no % 2 = 0 then 'Europe/Moscow' end`;
  const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
  const localTime = { from: "00:00", to: "23:59", days: [...days], unknown_zone: "dispatch" as const };
  const dispatch = await add({ localTime, endInMs: 86_400_000 });
  await world.run(world.process(), dispatch);
  await expectTheirOwn(nos);
  expect(await world.statusOf(dispatch)).toBe("completed");
});

test("Who lacks a value, and whose text is too long, are skipped, told why, and counted", async () => {
  const nos = await people(await world.addOperator(null), 12);
  await world.sql`update recipients set attributes = '{}' where no <= ${nos[1]!}`;
  await world.sql`
    update recipients set attributes = jsonb_build_object('name', repeat('x', 1600)) where no = ${nos[2]!}`;
  const dispatch = await add({ maxSegments: 2 });
  await world.run(world.process(), dispatch);
  const reasons = await world.sql`select code, count(*)::int as n from failures group by 1 order by 1`;
  const tooMany = nos.slice(3).filter((no) => no % 3 === 2).length;
  expect(reasons.map(({ code, n }) => [code, n])).toEqual([
    ["message_too_long", 1],
    ["missing_value", 2],
    ["too_many_segments", tooMany],
  ]);
  expect(await world.tally(dispatch)).toEqual({ sent: 9 - tooMany, skipped: 3 + tooMany });
  expect(await world.statusOf(dispatch)).toBe("completed");
});

test("A further try says the same, whatever has become of the attribute since", async () => {
  await people(await world.addOperator(null), 50);
  const first = new Map<string, string>();
  world.gateway.respond = ({ id, text }, nth) => {
    if (nth === 1) first.set(id, text);
    return nth < 3 ? { kind: "deferred", code: "http_503", retryAfterMs: 60_000 } : { kind: "accepted" };
  };
  const dispatch = await add();
  const process = world.process();
  const [lane] = await world.openIt(process, dispatch);
  const running = world.runLane(process, lane!.lane);
  await world.gateway.until(50);
  await world.sql`update recipients set attributes = '{"name": "another"}'`;
  await running;
  await world.runAnnounced(process);
  expect(world.gateway.log).toHaveLength(150);
  for (const { id, text } of world.gateway.log) expect(text).toBe(first.get(id));
});

test("Who opts out while a further try waits gets nothing more, and holds up nobody", async () => {
  const nos = await people(await world.addOperator(null), 5);
  world.gateway.respond = (_, nth) =>
    nth === 1 ? { kind: "deferred", code: "http_503", retryAfterMs: 60_000 } : { kind: "accepted" };
  const [process, dispatch] = [world.process(), await add()];
  const [lane] = await world.openIt(process, dispatch);
  const running = world.runLane(process, lane!.lane);
  await world.gateway.until(5);
  const [row] = await world.sql<{ phone: string }[]>`select phone from recipients where no = ${nos[0]!}`;
  await setOptOut(world.web(), row!.phone, true);
  await running;
  await world.runAnnounced(process);
  expect(await world.tally(dispatch)).toEqual({ sent: 4, skipped: 1 });
});

/** What happens between the making of the texts and the claim. */
async function between(happens: (nos: number[]) => Promise<unknown>) {
  const nos = await people(await world.addOperator(null), 30);
  const process = world.process();
  const dispatch = await add();
  const [lane] = await world.openIt(process, dispatch);
  const token = "00000000-0000-4000-8000-000000000000";
  await world.sql`update lanes set turn_token = ${token}::uuid, turn_until = clock_now() + interval '1 minute'`;
  const writer = await TextWriter.open(process.ctx, lane!.lane);
  expect(await claimChunk(process.ctx, lane!.lane, token, 1_000, undefined, writer)).toEqual({
    kind: "again",
  });
  await writer.step();
  await happens(nos);
  const claim = await claimChunk(process.ctx, lane!.lane, token, 1_000, undefined, writer);
  await world.sql`update lanes set turn_token = null, turn_until = null`;
  return { nos, process, dispatch, lane: lane!.lane, claim };
}

test("An attribute that changes between the seeking and the claim is read again", async () => {
  const { nos, process, lane, claim } = await between(
    (nos) => world.sql`update recipients set attributes = '{"name": "New"}' where no = ${nos[10]!}`,
  );
  expect(claim).toMatchObject({ kind: "chunk", chunk: { ids: { length: 10 } } });
  await world.runLane(process, lane);
  await world.runAnnounced(process);
  const texts = await world.sql<{ no: number; text: string }[]>`
    select (message_id & 4294967295)::int as no, text from message_texts order by 1`;
  expect(texts.map(({ text }) => text)).toEqual(
    nos.map((no, i) => (i === 10 ? "Hello New, your code is none" : textOf(no))),
  );
});

test("Who opts out between the seeking and the claim gets nothing", async () => {
  const { nos, process, lane, dispatch } = await between(async (nos) => {
    const [row] = await world.sql<{ phone: string }[]>`select phone from recipients where no = ${nos[0]!}`;
    await setOptOut(world.web(), row!.phone, true);
  });
  await world.runLane(process, lane);
  await world.runAnnounced(process);
  expect(world.gateway.log.map(({ recipientNo }) => recipientNo)).not.toContain(nos[0]);
  expect((await world.tally(dispatch)).skipped).toBe(1);
});

test("A worker that dies between the claim and the hand-over leaves texts that another one sends", async () => {
  const { nos, dispatch } = await between(async () => {});
  await world.jump(120_000);
  const other = world.process();
  await world.sweep(other);
  await world.runAnnounced(other);
  await expectTheirOwn(nos);
  expect(await world.tally(dispatch)).toEqual({ sent: 30 });
});

test("What an erased person was told is erased", async () => {
  const nos = await people(await world.addOperator(null), 3);
  await world.run(world.process(), await add());
  const [row] = await world.sql<{ phone: string }[]>`select phone from recipients where no = ${nos[0]!}`;
  await eraseRecipient(world.web(), row!.phone);
  expect(await world.sql`select from message_texts`).toHaveLength(2);
});
