import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Terms } from "@/db/audience/terms";
import { readSeekLane, type SeekLane, seekAudience } from "@/db/sending/seek";
import { beginTurn } from "@/db/sending/turns";
import { cancelDispatch } from "@/lib/services/dispatches/cancel-dispatch";
import { pauseDispatch } from "@/lib/services/dispatches/pause-dispatch";
import { resumeDispatch } from "@/lib/services/dispatches/resume-dispatch";
import { Seeker } from "@/lib/services/sending/ahead/seeker";
import { claimChunk, TURN_LEASE_MS } from "@/lib/services/sending/claim-chunk";
import { transmitChunk } from "@/lib/services/sending/transmit-chunk";
import { expectCountersExact, expectNobodyTwice } from "@/test/support/sending-oracle";
import { type DispatchRef, type Process, World } from "@/test/support/world";

/**
 * Dispatches whose audience has terms are sought before they are claimed. What may come between the
 * two: an opt-out, a tag that is taken or given, another operator, a pause, another turn, a cursor
 * that is moved. The guarantees hold all the same.
 */
let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(async () => {
  await expectCountersExact(world.sql);
  await expectNobodyTwice(world);
  await world.close();
});

const reached = (dispatch?: DispatchRef) =>
  world.gateway.log
    .filter((h) => !dispatch || (h.dispatchNo === dispatch.no && h.outcome?.kind === "accepted"))
    .map((h) => h.recipientNo)
    .sort((a, b) => a - b);
const tagged = (tag: number, condition: string) =>
  world.sql`insert into recipient_tags select ${tag}::int, no from recipients where ${world.sql.unsafe(condition)}`;

/** A lane of a dispatch that is open, its turn, and a seeker that has taken its first step. */
async function sought(process: Process, dispatch: DispatchRef) {
  const lanes = await world.openIt(process, dispatch);
  const lane = lanes[0]!.lane;
  const token = crypto.randomUUID();
  await beginTurn(process.ctx.db.sql, lane, token, TURN_LEASE_MS);
  const seeker = await Seeker.open(process.ctx, lane, token, TURN_LEASE_MS);
  await seeker.step();
  const claim = async () => {
    for (;;) {
      const claimed = await claimChunk(process.ctx, lane, token, 4_000, seeker);
      if (claimed.kind !== "again" && (claimed.kind !== "wait" || claimed.reason !== "clock")) return claimed;
    }
  };
  const goOn = async () => {
    await world.sql`update lanes set turn_token = null`;
    for (const { no } of await world.sql<{ no: number }[]>`select no from lanes`)
      await world.runLane(process, no);
    await world.runAnnounced(process);
  };
  return { lane, token, seeker, claim, goOn };
}

test("Nobody is forgotten, nobody else is reached: whoever all clauses hold for gets it, once", async () => {
  const [a, b, c] = [
    await world.addOperator(null),
    await world.addOperator(null),
    await world.addOperator(null),
  ];
  await world.addRecipients(a, 300);
  await world.addRecipients(b, 300);
  await world.addRecipients(c, 300);
  const [vip, news, debtor] = [await world.addTag(), await world.addTag(), await world.addTag()];
  await tagged(vip, "no % 2 = 0");
  await tagged(news, "no % 3 = 0");
  await tagged(debtor, "no % 5 = 0");
  await world.sql`
    update recipients set attributes = jsonb_build_object('city', case no % 4 when 0 then 'Kazan' when 2 then 'Ufa' else 'Omsk' end)`;
  const earlier = await world.addDispatch({ tagNo: debtor });
  const process = world.process();
  world.gateway.respond = ({ recipientNo }) =>
    recipientNo % 7 === 0 ? { kind: "rejected", code: "http_422" } : { kind: "accepted" };
  await world.run(process, earlier);
  expect(await world.statusOf(earlier)).toBe("completed");
  world.gateway.respond = () => ({ kind: "accepted" });
  // Who had opted out before is no part of the audience, nor skipped in it.
  await world.sql`update recipients set opted_out_at = clock_now() where no % 11 = 0`;

  const dispatch = await world.addDispatch({
    terms: {
      all: [vip],
      any: [news, debtor],
      none: [],
      operators: [a, c],
      attributes: [{ name: "city", values: ["Kazan", "Ufa"] }],
      excluded: [earlier.no],
    },
  });
  await world.run(process, dispatch);
  const rows = await world.sql<
    { no: string; operator: number }[]
  >`select no, operator_no as operator from recipients`;
  const expected = rows
    .filter(({ no, operator }) => {
      const n = Number(no);
      // The earlier one reached those with the third tag, but for whom the gateway refused.
      const wasReached = n % 5 === 0 && n % 7 !== 0;
      return n % 2 === 0 && (n % 3 === 0 || n % 5 === 0) && operator !== b && !wasReached && n % 11 !== 0;
    })
    .map(({ no }) => Number(no))
    .sort((x, y) => x - y);
  expect(expected.length).toBeGreaterThan(50);
  expect(reached(dispatch)).toEqual(expected);
  expect(await world.statusOf(dispatch)).toBe("completed");
  const [row] =
    await world.sql`select audience::int, unclaimed_skipped::int as skipped from dispatches where no = ${dispatch.no}`;
  expect(row).toEqual({ audience: expected.length, skipped: 0 });
  expect(await world.tally(dispatch)).toEqual({ sent: expected.length });
});

test("Nobody is forgotten: steps along any index find the same people, however they are cut, and none is longer than it may be", async () => {
  const operators = [await world.addOperator(null), await world.addOperator(null)];
  await world.addRecipients(operators[0]!, 80);
  await world.addRecipients(operators[1]!, 80);
  const tags = [await world.addTag(), await world.addTag(), await world.addTag()];
  // One is spread, one lies at the end, one has gaps.
  await tagged(tags[0]!, "no % 2 = 0");
  await tagged(tags[1]!, "no > 90");
  await tagged(tags[2]!, "no % 40 < 9");
  await world.sql`update recipients set attributes = jsonb_build_object('n', (no % 3)::text)`;
  // Before the start, which is the instant 1 here, and after it.
  await world.sql`update recipients set opted_out_at = to_timestamp(no % 7) where no % 7 in (0, 2)`;
  const some = fc.subarray(tags);
  const terms: fc.Arbitrary<Terms> = fc.record({
    all: some,
    any: some,
    none: fc.subarray(tags, { maxLength: 1 }),
    operators: fc.subarray(operators),
    attributes: fc.constantFrom([], [{ name: "n", values: ["0", "2"] }], [{ name: "none", values: ["0"] }]),
    excluded: fc.constant([]),
  });
  await fc.assert(
    fc.asyncProperty(
      terms,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 30 }),
      fc.constantFrom("tag", "tags", "operator"),
      async (terms, scanMax, limit, by) => {
        const tagNo = terms.all[0];
        const driver: SeekLane["driver"] =
          by === "tag" && tagNo !== undefined
            ? { by, tagNo }
            : by === "tags" && terms.any.length > 0
              ? { by }
              : { by: "operator" };
        const lane = {
          ...{ dispatchNo: 1, operatorNo: operators[0]!, cursor: "0", maxNo: "160", drained: false },
          ...{ startedMs: 1_000, terms, driver, scanMax },
        };
        const found: number[] = [];
        let cursor = "0";
        for (let steps = 0; ; steps++) {
          const step = await seekAudience(world.sql, lane, cursor, limit);
          found.push(...step.nos.map(Number));
          // Several tags share the rows of a step, each one's rounded up.
          const rowsMax = scanMax + (by === "tags" ? terms.any.length : 0);
          expect(step.nos.length).toBeLessThanOrEqual(Math.min(limit, rowsMax));
          if (step.isEnd) break;
          expect(Number(step.reach)).toBeGreaterThan(Number(cursor));
          expect(steps).toBeLessThan(400);
          cursor = step.reach;
        }
        const has = (tag: number, no: number) =>
          tag === tags[0] ? no % 2 === 0 : tag === tags[1] ? no > 90 : no % 40 < 9;
        const expected = Array.from({ length: 80 }, (_, i) => i + 1).filter(
          (no) =>
            no % 7 !== 0 &&
            terms.all.every((tag) => has(tag, no)) &&
            (terms.any.length === 0 || terms.any.some((tag) => has(tag, no))) &&
            !terms.none.some((tag) => has(tag, no)) &&
            (terms.operators.length === 0 || terms.operators.includes(operators[0]!)) &&
            terms.attributes.every(({ name, values }) => name === "n" && values.includes(String(no % 3))),
        );
        expect(found).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});

test("Nobody is forgotten: a turn that ends in the middle of whom it has sought leaves the others to the next one", async () => {
  const [slow, fast] = [await world.addOperator(80), await world.addOperator(null)];
  await world.addRecipients(slow, 60);
  // More than are sought at once.
  await world.addRecipients(fast, 1_010);
  const tag = await world.addTag();
  await tagged(tag, "no % 2 = 0 or no > 60");
  const dispatch = await world.addDispatch({ terms: { all: [tag] } });
  const process = world.process();
  const { claim, goOn } = await sought(process, dispatch);
  const claimed = await claim();
  if (claimed.kind !== "chunk") throw new Error(`the claim is ${claimed.kind}`);
  await transmitChunk(process.ctx, claimed.chunk).settled;
  // The operator allows no more at a time.
  expect(reached().length).toBeLessThan(30);
  await goOn();
  expect(reached()).toEqual([
    ...Array.from({ length: 30 }, (_, i) => 2 + 2 * i),
    ...Array.from({ length: 1_010 }, (_, i) => 61 + i),
  ]);
  expect(await world.statusOf(dispatch)).toBe("completed");
});

test("Opt-out to the last moment: between seek and claim an opt-out, a lost tag and another operator are seen", async () => {
  const [a, b] = [await world.addOperator(null), await world.addOperator(null)];
  await world.addRecipients(a, 100);
  const tag = await world.addTag();
  await tagged(tag, "true");
  const dispatch = await world.addDispatch({ terms: { all: [tag] } });
  const process = world.process();
  const { claim, lane, goOn } = await sought(process, dispatch);
  await world.sql`update recipients set opted_out_at = clock_now() where no <= 10`;
  await world.sql`delete from recipient_tags where recipient_no between 11 and 20`;
  await world.sql`update recipients set operator_no = ${b}, operator_changed_at = clock_now() where no between 21 and 30`;
  const claimed = await claim();
  if (claimed.kind !== "chunk") throw new Error(`the claim is ${claimed.kind}`);
  expect(await world.tally(dispatch)).toEqual({ sending: 70, skipped: 10 });
  // Nobody is looked at again.
  expect(await world.sql`select cursor::int, drained from lanes where no = ${lane}`).toEqual([
    { cursor: 100, drained: true },
  ]);
  await transmitChunk(process.ctx, claimed.chunk).settled;
  expect(reached()).toEqual(Array.from({ length: 70 }, (_, i) => 31 + i));
  await goOn();
  // Those who moved are claimed by the lane of today's operator.
  expect(reached()).toEqual(Array.from({ length: 80 }, (_, i) => 21 + i));
  expect(await world.tally(dispatch)).toEqual({ sent: 80, skipped: 10 });
  expect(await world.statusOf(dispatch)).toBe("completed");
});

test("Nobody is forgotten: whom a slow lane has found is not believed for long, and who got the tag meanwhile gets it", async () => {
  const operator = await world.addOperator(null);
  await world.addRecipients(operator, 40);
  const tag = await world.addTag();
  await tagged(tag, "no > 20");
  const dispatch = await world.addDispatch({ terms: { all: [tag] } });
  const process = world.process();
  const { claim, seeker, goOn } = await sought(process, dispatch);
  await tagged(tag, "no <= 20");
  await world.jump(3_000);
  await seeker.step();
  const claimed = await claim();
  if (claimed.kind !== "chunk") throw new Error(`the claim is ${claimed.kind}`);
  await transmitChunk(process.ctx, claimed.chunk).settled;
  await goOn();
  expect(reached()).toEqual(Array.from({ length: 40 }, (_, i) => 1 + i));
});

test("Pause bites within a second: of what was sought nothing is claimed, and the cursor stays", async () => {
  const operator = await world.addOperator(null);
  await world.addRecipients(operator, 40);
  const tag = await world.addTag();
  await tagged(tag, "no > 20");
  const dispatch = await world.addDispatch({ terms: { any: [tag] } });
  const process = world.process();
  const { claim, lane, token, goOn } = await sought(process, dispatch);
  await pauseDispatch(world.web(), dispatch.id);
  expect((await claim()).kind).toBe("closed");
  // A seeker that has found nobody moves no lane that is closed.
  await world.sql`delete from recipient_tags`;
  const late = await Seeker.open(process.ctx, lane, token, TURN_LEASE_MS);
  await late.step();
  expect(await world.sql`select cursor::int, drained from lanes`).toEqual([{ cursor: 0, drained: false }]);
  await tagged(tag, "no > 20");
  await resumeDispatch(world.web(), dispatch.id);
  await goOn();
  expect(reached()).toEqual(Array.from({ length: 20 }, (_, i) => 21 + i));
});

test("Nobody gets a dispatch twice: a turn that was replaced neither claims nor moves the cursor", async () => {
  const operator = await world.addOperator(null);
  await world.addRecipients(operator, 60);
  const tag = await world.addTag();
  await tagged(tag, "no % 2 = 0");
  const dispatch = await world.addDispatch({ terms: { all: [tag] } });
  const [old, young] = [world.process(), world.process()];
  const { claim, lane, token } = await sought(old, dispatch);
  const passing = await Seeker.open(old.ctx, lane, token, TURN_LEASE_MS);
  await world.jump(TURN_LEASE_MS + 1_000);
  // Another turn has the lane, which stands where the old one left it; and nobody matches.
  await beginTurn(young.ctx.db.sql, lane, crypto.randomUUID(), TURN_LEASE_MS);
  await world.sql`delete from recipient_tags`;
  await passing.step();
  expect(await world.sql`select cursor::int, drained from lanes`).toEqual([{ cursor: 0, drained: false }]);
  await tagged(tag, "no % 2 = 0");
  await world.sql`update lanes set turn_token = null`;
  await world.runLane(young, lane);
  await world.runAnnounced(young);
  const before = await world.snapshot();
  expect((await claim()).kind).toBe("closed");
  await passing.step();
  expect(await world.snapshot()).toEqual(before);
  expect(reached()).toHaveLength(30);
});

test("Nobody is forgotten: a cursor that is moved back under a seeker is sought from anew, and claims nobody twice", async () => {
  const operator = await world.addOperator(null);
  await world.addRecipients(operator, 60);
  const tag = await world.addTag();
  await tagged(tag, "no > 5");
  const dispatch = await world.addDispatch({ terms: { all: [tag] } });
  const process = world.process();
  const { claim, goOn } = await sought(process, dispatch);
  const first = await claim();
  if (first.kind === "chunk") await transmitChunk(process.ctx, first.chunk).settled;
  await tagged(tag, "no <= 5");
  await world.sql`update lanes set cursor = 0, drained = false`;
  const second = await claim();
  if (second.kind === "chunk") await transmitChunk(process.ctx, second.chunk).settled;
  await goOn();
  expect(reached()).toEqual(Array.from({ length: 60 }, (_, i) => 1 + i));
});

test("A rare combination holds nobody's slots: stretches without a match move the cursor without the operator's lock", async () => {
  const operator = await world.addOperator(100);
  await world.addRecipients(operator, 50);
  const [tag, none] = [await world.addTag(), await world.addTag()];
  await tagged(tag, "true");
  const dispatch = await world.addDispatch({ terms: { all: [tag], none: [tag] } });
  const other = await world.addDispatch({ terms: { any: [none] } });
  const process = world.process();
  const lanes = [...(await world.openIt(process, dispatch)), ...(await world.openIt(process, other))];
  await world.sql.begin(async (tx) => {
    await tx`select from operators where no = ${operator} for update`;
    for (const { lane } of lanes) {
      const token = crypto.randomUUID();
      await beginTurn(process.ctx.db.sql, lane, token, TURN_LEASE_MS);
      const seeker = await Seeker.open(process.ctx, lane, token, TURN_LEASE_MS);
      await seeker.step();
    }
    expect(await tx`select cursor::int, drained from lanes order by no`).toEqual([
      { cursor: 50, drained: true },
      { cursor: 50, drained: true },
    ]);
  });
});

test("A dispatch whose terms are gone reaches nobody", async () => {
  const operator = await world.addOperator(null);
  await world.addRecipients(operator, 10);
  const tag = await world.addTag();
  const dispatch = await world.addDispatch({ terms: { all: [tag] } });
  const process = world.process();
  const [lane] = await world.openIt(process, dispatch);
  await world.sql`delete from audience_terms`;
  await expect(readSeekLane(world.sql, lane!.lane)).resolves.toBeUndefined();
  await expect(world.runLane(process, lane!.lane)).rejects.toThrow("lost its terms");
  expect(world.gateway.log).toEqual([]);
  await cancelDispatch(world.web(), dispatch.id);
});
