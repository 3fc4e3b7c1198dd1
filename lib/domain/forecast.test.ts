import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ForecastLane, forecast, foresee, type LaneForecast } from "./forecast";
import { planChunk, SLOT_STRETCH, stepMs } from "./pacing";

const NOW = Date.UTC(2026, 2, 1);
const lane = (more: Partial<ForecastLane> = {}): ForecastLane => ({
  dispatch: "a",
  operator: 1,
  rate: 10,
  segments: 1,
  messages: 1_000,
  startMs: NOW,
  endMs: NOW + 86_400_000,
  ...more,
});
const of = (lanes: ForecastLane[], dispatch = "a") => forecast(lanes, NOW).get(dispatch)!;

/**
 * A run by the real rule: lanes claim chunks from one operator's row on a clock that jumps from
 * wake to wake, as take-turn does it. Of those who wake together the one that claimed longest ago
 * gets the row.
 */
function run(lanes: ForecastLane[]): (LaneForecast & { sent: number })[] {
  let nextSlotMs = 0;
  let claims = 0;
  const states = lanes.map((l, i) => ({
    ...l,
    i,
    wakeMs: Math.max(l.startMs, NOW),
    claimed: -lanes.length + i,
    left: l.messages,
    lastMs: 0,
    over: l.messages === 0,
  }));
  for (;;) {
    const next = states
      .filter((s) => !s.over)
      .sort((a, b) => a.wakeMs - b.wakeMs || a.claimed - b.claimed)[0];
    if (!next) break;
    const nowMs = next.wakeMs;
    const plan = planChunk({
      nowMs,
      nextSlotMs,
      endMs: next.endMs,
      rate: next.rate,
      segments: next.segments,
      measuredRate: 1_000,
    });
    if (plan.kind === "over") next.over = true;
    else if (plan.kind === "wait") next.wakeMs = Math.max(plan.untilMs, nowMs + 0.001);
    else {
      const size = Math.min(plan.limit, next.left);
      next.claimed = claims++;
      next.left -= size;
      next.lastMs = plan.firstSlotMs + (size - 1) * plan.stepMs;
      if (plan.stepMs > 0) nextSlotMs = plan.firstSlotMs + size * plan.stepMs;
      next.over = next.left === 0;
    }
  }
  return states.map((s) => ({
    finishesAtMs: s.left === 0 ? s.lastMs : null,
    notSent: s.left,
    sent: s.messages - s.left,
  }));
}

const lanesArbitrary = fc
  .record({
    rate: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constantFrom(0.5, 2.5)),
    lanes: fc.array(
      fc.record({
        segments: fc.integer({ min: 1, max: 5 }),
        messages: fc.integer({ min: 0, max: 3_000 }),
        startS: fc.integer({ min: -100, max: 600 }),
        lastsS: fc.integer({ min: 0, max: 20_000 }),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  })
  .map(({ rate, lanes }) =>
    lanes.map(({ segments, messages, startS, lastsS }, i) =>
      lane({
        dispatch: `d${i}`,
        rate,
        segments,
        messages,
        startMs: NOW + startS * 1_000,
        endMs: NOW + (startS + lastsS) * 1_000,
      }),
    ),
  );

/**
 * One round of all lanes, in which chunks of a message or more go one after the other: what a
 * continuous forecast cannot see.
 */
const roundMs = (lanes: ForecastLane[]) =>
  lanes.reduce((sum, l) => sum + Math.max(250, stepMs(l.rate, l.segments)), 0);

describe("against a run by the pacing rule", () => {
  test("the finish is within 5 %, and so is what would not be sent", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(lanesArbitrary, (lanes) => {
        const truth = run(lanes);
        const foretold = forecast(lanes, NOW);
        lanes.forEach((l, i) => {
          const { finishesAtMs, notSent } = foretold.get(l.dispatch)!;
          const real = truth[i]!;
          const slackMs = 2 * roundMs(lanes) + 500;
          if (l.messages > 0 && real.finishesAtMs !== null && finishesAtMs !== null) {
            const tookMs = real.finishesAtMs - Math.max(l.startMs, NOW);
            expect(Math.abs(finishesAtMs - real.finishesAtMs)).toBeLessThanOrEqual(0.05 * tookMs + slackMs);
          }
          const slack = slackMs / stepMs(l.rate, l.segments) + 1;
          expect(Math.abs(notSent - real.notSent)).toBeLessThanOrEqual(0.05 * real.sent + slack);
        });
      }),
      { numRuns: 300 },
    );
  });

  test("an operator's whole work is done within 1 % of the time, however its lanes share it", {
    timeout: 60_000,
  }, () => {
    const long = fc.array(
      fc.record({ segments: fc.integer({ min: 1, max: 5 }), messages: fc.integer({ min: 500, max: 3_000 }) }),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(long, fc.integer({ min: 1, max: 50 }), (works, rate) => {
        const lanes = works.map((work, i) => lane({ ...work, dispatch: `d${i}`, rate, endMs: NOW + 1e9 }));
        const last = (ends: (number | null)[]) => Math.max(...ends.map((end) => end!)) - NOW;
        const real = last(run(lanes).map((r) => r.finishesAtMs));
        const foretold = last([...forecast(lanes, NOW).values()].map((r) => r.finishesAtMs));
        expect(Math.abs(foretold - real)).toBeLessThanOrEqual(0.01 * real + 300);
      }),
      { numRuns: 100 },
    );
  });
});

test("never more are sent than exist, nor fewer than nobody, and a dispatch finishes in its window or leaves some unsent", () => {
  fc.assert(
    fc.property(lanesArbitrary, (lanes) => {
      const foretold = forecast(lanes, NOW);
      for (const l of lanes) {
        const { finishesAtMs, notSent } = foretold.get(l.dispatch)!;
        expect(notSent).toBeGreaterThanOrEqual(0);
        expect(notSent).toBeLessThanOrEqual(l.messages);
        expect(Number.isInteger(notSent)).toBe(true);
        expect(finishesAtMs === null).toBe(notSent > 0);
        if (finishesAtMs !== null && l.messages > 0) expect(finishesAtMs).toBeLessThanOrEqual(l.endMs);
      }
    }),
    { numRuns: 500 },
  );
});

test("a lane alone hands over its last message one slot before its work is over", () => {
  expect(of([lane({ messages: 1_001, segments: 2 })]).finishesAtMs).toBeCloseTo(
    NOW + (1_000 * 2 * SLOT_STRETCH * 1_000) / 10,
    3,
  );
});

test("a window too short leaves the rest unsent", () => {
  // A message every 102 ms: the 99th goes at 9,996 ms, before the end.
  expect(of([lane({ messages: 1_000, endMs: NOW + 10_000 })])).toMatchObject({
    finishesAtMs: null,
    notSent: 1_000 - 99,
  });
});

test("two dispatches on one operator take turns; on two they do not", () => {
  const shared = [lane(), lane({ dispatch: "b" })];
  expect((of(shared).finishesAtMs! - NOW) / (of([lane()]).finishesAtMs! - NOW)).toBeCloseTo(2, 2);
  expect(of([lane(), lane({ dispatch: "b", operator: 2 })]).finishesAtMs).toBe(of([lane()]).finishesAtMs);
});

test("what comes later delays only what is not done yet", () => {
  const alone = of([lane()]).finishesAtMs!;
  expect(of([lane(), lane({ dispatch: "b", startMs: alone + 1_000 })]).finishesAtMs).toBe(alone);
  expect(of([lane(), lane({ dispatch: "b", startMs: alone - 10_000 })]).finishesAtMs).toBeGreaterThan(
    alone + 5_000,
  );
});

test("an operator without a limit takes no time, and a closed window sends nothing at all", () => {
  const startMs = NOW + 5_000;
  expect(of([lane({ rate: null, startMs })])).toMatchObject({ finishesAtMs: startMs, notSent: 0 });
  expect(of([lane({ rate: null, startMs, endMs: startMs })])).toMatchObject({
    finishesAtMs: null,
    notSent: 1_000,
  });
  expect(of([lane({ startMs: NOW - 2_000, endMs: NOW - 1_000 })])).toMatchObject({
    finishesAtMs: null,
    notSent: 1_000,
  });
});

test("what a night leaves goes on in the morning, and the zone of each part is told", () => {
  const hour = 3_600_000;
  const parts = [
    // 36,000 at 10/s with 2 % to spare take 61.2 minutes; one of its hours is gone after 60.
    lane({
      messages: 36_000,
      zone: "a",
      ranges: [0, 24].map((h) => ({ fromMs: NOW + h * hour, toMs: NOW + (h + 1) * hour })),
    }),
    lane({ messages: 10, zone: "never", ranges: [] }),
  ];
  const foretold = of(parts);
  expect(foretold.byOperator).toMatchObject([{ messages: 36_010, notSent: 10, finishesAtMs: null }]);
  expect(foretold.byZone).toMatchObject([
    { zone: "a", messages: 36_000, notSent: 0 },
    { zone: "never", messages: 10, notSent: 10, finishesAtMs: null },
  ]);
  const slotMs = stepMs(10, 1);
  const left = 36_000 - Math.ceil(hour / slotMs);
  expect(foretold.byZone[0]!.finishesAtMs! - (NOW + 24 * hour)).toBeCloseTo((left - 1) * slotMs, -2);
  const other = lane({ dispatch: "b", messages: 1_000, startMs: NOW + 2 * hour });
  expect(of([...parts, other], "b").finishesAtMs).toBeCloseTo(NOW + 2 * hour + 999 * slotMs, -2);
});

test("a dispatch is done when its slowest operator is, and says each", () => {
  const result = of([lane(), lane({ operator: 2, rate: 1, endMs: NOW + 100_000 })]);
  expect(result.byOperator.map((o) => o.operator)).toEqual([1, 2]);
  expect(result.byOperator[0]!.finishesAtMs).not.toBeNull();
  expect(result).toMatchObject({ finishesAtMs: null, notSent: result.byOperator[1]!.notSent });
});

test.each([
  ["follow one another", 10, 1_500],
  ["run at once and do not end", 20_000, 1],
])(
  "what a forecast costs grows with the dispatches, not with their square, when they %s",
  (_, messages, apartMs) => {
    const costOf = (count: number) => {
      const lanes = Array.from({ length: count }, (_, i) =>
        lane({ dispatch: `d${i}`, messages: messages + (i % 9), startMs: NOW + i * apartMs }),
      );
      const took = Array.from({ length: 7 }, () => {
        const beganMs = performance.now();
        forecast(lanes, NOW);
        return performance.now() - beganMs;
      });
      return Math.min(...took);
    };
    // Both in turn, so that neither is measured before the code has been compiled for it.
    const costs = Array.from({ length: 5 }, () => [costOf(50), costOf(500)] as const);
    const [few, many] = [
      Math.min(...costs.map(([of50]) => of50)),
      Math.min(...costs.map(([, of500]) => of500)),
    ];
    console.log(`50 dispatches take ${few.toFixed(2)} ms, 500 take ${many.toFixed(2)} ms`);
    expect(many).toBeLessThan(50 * few);
  },
);

test("an operator is busy from the first slot to the last, whoever shares it, and idle between", () => {
  const at = (s: number) => NOW + s * 1_000;
  const lanes = [
    lane({ dispatch: "a", messages: 1_000, startMs: at(10) }),
    lane({ dispatch: "b", messages: 1_000, startMs: at(20) }),
    lane({ dispatch: "late", messages: 10, startMs: at(1_000) }),
    lane({ dispatch: "cut", messages: 9_000, startMs: at(2_000), endMs: at(2_100) }),
    lane({ dispatch: "unlimited", operator: 2, rate: null }),
  ];
  const { busy } = foresee(lanes, NOW);
  const seconds = busy.get(1)!.map(({ fromMs, toMs }) => [fromMs - NOW, toMs - NOW].map((ms) => ms / 1_000));
  expect(seconds.flat().map((s) => Math.round(s * 10) / 10)).toEqual([10, 214, 1_000, 1_001, 2_000, 2_100]);
  expect(busy.get(2)).toEqual([]);
});
