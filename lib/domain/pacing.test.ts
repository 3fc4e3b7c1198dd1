import fc from "fast-check";
import { expect, test } from "vitest";
import { CLAIM_HORIZON_MS, firstFreeSlotMs, planChunk, SLOT_STRETCH, slotsBefore, stepMs } from "./pacing";

interface HandOver {
  atMs: number;
  segments: number;
}

/** The most segments in any sliding second; a message alone in its second does not count. */
function mostInASecond(handOvers: HandOver[]): number {
  let most = 0;
  let sum = 0;
  for (let first = 0, last = 0; last < handOvers.length; last++) {
    sum += handOvers[last]!.segments;
    while (handOvers[last]!.atMs - handOvers[first]!.atMs >= 1000) sum -= handOvers[first++]!.segments;
    if (last > first) most = Math.max(most, sum);
  }
  return most;
}

const lane = fc.record({ segments: fc.integer({ min: 1, max: 12 }), wants: fc.integer({ min: 1, max: 60 }) });

test("In no sliding second more segments than the rate, however dispatches of different lengths take turns", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 1500 }),
        fc.constantFrom(0.5, 2.5, 7.3),
      ),
      fc.array(lane, { minLength: 1, maxLength: 40 }),
      (rate, turns) => {
        const log: HandOver[] = [];
        let operator = { nextSlotMs: 0, lastSegments: 1 };
        let nowMs = 1_000_000;
        for (const { segments, wants } of turns) {
          for (;;) {
            const plan = planChunk({ nowMs, endMs: 1e15, rate, segments, measuredRate: 1, ...operator });
            if (plan.kind === "wait") nowMs = plan.untilMs;
            if (plan.kind !== "claim") continue;
            const count = Math.min(plan.limit, wants);
            for (let i = 0; i < count; i++) log.push({ atMs: plan.firstSlotMs + i * plan.stepMs, segments });
            operator = { nextSlotMs: plan.firstSlotMs + count * plan.stepMs, lastSegments: segments };
            break;
          }
        }
        expect(mostInASecond(log)).toBeLessThanOrEqual(rate);
      },
    ),
    { numRuns: 2000 },
  );
});

test.each([
  { rate: 10, segments: 1, messages: 10 },
  { rate: 10, segments: 3, messages: 3 },
  { rate: 90, segments: 3, messages: 30 },
  { rate: 100, segments: 7, messages: 14 },
  { rate: 1000, segments: 1, messages: 1000 },
  { rate: 2, segments: 5, messages: 0.4 },
])("$rate segments a second let $messages messages of $segments through", ({ rate, segments, messages }) => {
  expect(1000 / stepMs(rate, segments)).toBeCloseTo(messages / SLOT_STRETCH, 9);
});

test("An operator without a limit has no slots", () => {
  expect(stepMs(null, 5)).toBe(0);
  const plan = planChunk({
    nowMs: 5,
    endMs: 1e6,
    rate: null,
    segments: 5,
    nextSlotMs: 0,
    measuredRate: 4_000,
  });
  expect(plan).toEqual({ kind: "claim", firstSlotMs: 5, slots: 5, stepMs: 0, limit: 1000 });
});

test("Nothing is claimed further ahead than the horizon, and nothing at or after the end", () => {
  const input = { nowMs: 1_000, endMs: 1e9, rate: 100, segments: 1, measuredRate: 1 };
  expect(planChunk({ ...input, nextSlotMs: 1_000 + CLAIM_HORIZON_MS + 1 })).toEqual({
    kind: "wait",
    untilMs: 1_001,
  });
  expect(planChunk({ ...input, nextSlotMs: 1_000, endMs: 1_000 })).toEqual({ kind: "over" });
  expect(planChunk({ ...input, nextSlotMs: 1_000, endMs: 1_020 })).toEqual({ kind: "over" });
  expect(planChunk({ ...input, nextSlotMs: 1_000, endMs: 1_036 })).toMatchObject({
    kind: "claim",
    firstSlotMs: 1_025,
    limit: 2,
  });
  expect(slotsBefore(1_000, 1_000, 10)).toBe(0);
  expect(slotsBefore(1_001, 1_000, 10)).toBe(1);
});

test("A reservation further ahead than is legal is brought near again, and written down", () => {
  const plan = planChunk({
    nowMs: 1_000,
    endMs: 1e12,
    rate: 100,
    segments: 1,
    nextSlotMs: 86_400_000,
    measuredRate: 1,
  });
  expect(plan).toEqual({ kind: "wait", untilMs: 2_270, correctedSlotMs: 2_770 });
  expect(firstFreeSlotMs(1_000, 1_400, 100)).toBe(1_400);
});

test("a lane without a rate claims a quarter of a second of what it was seen to send: one message of the slowest gateway, 1,000 of the quickest", () => {
  const limitOf = (measuredRate: number) => {
    const plan = planChunk({ nowMs: 0, nextSlotMs: 0, endMs: 1e9, rate: null, segments: 1, measuredRate });
    return plan.kind === "claim" && plan.limit;
  };
  expect([0.5, 8, 2_000, 50_000].map(limitOf)).toEqual([1, 2, 500, 1_000]);
});
