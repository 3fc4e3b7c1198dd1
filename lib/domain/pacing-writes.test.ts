import fc from "fast-check";
import { expect, test } from "vitest";
import { DatabaseClock } from "./database-clock";
import {
  CLOCK_ERROR_MS_MAX,
  isInSlot,
  lengthMs,
  planChunk,
  planMore,
  SLOT_LATE_MS_MAX,
  SlotRow,
  stepMs,
  WIDE_MS,
} from "./pacing";

/**
 * One operator, any number of workers that know the database's time only by their answers, and an
 * adversary who decides when each of them gets to write. Time is real time; a second is
 * everybody's.
 */
const RUNS = 500;
const GATE_MS_MAX = 700;
const STEPPED_MS = 1_000;

const ms = (min: number, max: number) => fc.double({ min, max, noNaN: true });
/** How long a question and its answer take. */
const trip = fc.record({
  up: fc.oneof(ms(0, 0.2), ms(0, 8), ms(0, 60)),
  down: fc.oneof(ms(0, 0.2), ms(0, 8), ms(0, 60)),
});
/** When a write comes: as early as may be, as late as may be, or so much after the slot. */
const moment = fc.oneof(fc.constantFrom("first" as const, "last" as const), ms(-5, 40), ms(0, 400));
const event = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      what: fc.constant("claim" as const),
      worker: fc.nat(),
      segments: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 12 })),
      /** Of personal texts instead. */
      sizes: fc.option(
        fc.array(
          fc.oneof(
            { weight: 30, arbitrary: fc.integer({ min: 1, max: 3 }) },
            fc.integer({ min: 1, max: 24 }),
          ),
          { minLength: 30, maxLength: 60 },
        ),
        { nil: undefined },
      ),
      wants: fc.integer({ min: 1, max: 60 }),
      moments: fc.array(moment, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ what: fc.constant("learn" as const), worker: fc.nat(), trip }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant("stall" as const), worker: fc.nat(), forMs: ms(0, 300) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("pass" as const), forMs: ms(0, 3_000) }) },
  {
    weight: 1,
    // A smaller one hides in what an answer of 120 ms leaves open.
    arbitrary: fc.record({
      what: fc.constant("step" as const),
      byMs: fc.oneof(ms(-2_000, -150), ms(150, 2_000), ms(-60_000, -150), ms(150, 60_000)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant("rate" as const), share: fc.constantFrom(0.3, 0.5, 1.5, 4) }),
  },
);
const scenario = fc.record({
  rate: fc.oneof(
    fc.integer({ min: 1, max: 20 }),
    fc.integer({ min: 1, max: 1_500 }),
    fc.constantFrom(0.5, 2.5, 7.3),
  ),
  workers: fc.array(
    fc.record({
      aheadMs: ms(-1e6, 1e6),
      drift: ms(-0.0004, 0.0004),
      trips: fc.array(trip, { minLength: 5, maxLength: 5 }),
    }),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
  /** Nothing but claims for the beginning, so that slots follow on slots for seconds. */
  changes: fc.boolean(),
  events: fc.array(event, { minLength: 20, maxLength: 60 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

interface Pending {
  worker: Worker;
  row: Row;
  segments: number;
  rate: number;
  moment: Moment;
  /** How long after the row's first it is planned. */
  nthMs: number;
  /** Real time at which the worker looks at it again. */
  atMs: number;
  /** It was handed over in that slot, and is written now. */
  slotMs?: number;
  rowsLeft: number;
}
type Moment = "first" | "last" | number;

/** What its worker's clock showed for the end when it was reserved. */
type Row = { slots: SlotRow; kind: Slots; firstMs: number; endLocalMs: number };
type Slots = { slots: number; stepMs: number };

class Worker {
  readonly clock = new DatabaseClock();
  misses = 0;
  /** It stands still until then, and everything it wanted to do it does at once. */
  stalledMs = 0;

  constructor(
    private aheadMs: number,
    private drift: number,
  ) {}

  local = (realMs: number) => realMs * (1 + this.drift) + this.aheadMs;
  real = (localMs: number) => (localMs - this.aheadMs) / (1 + this.drift);
}

class World {
  nowMs = 1_000_000;
  databaseAheadMs = 5e8;
  readonly log: { atMs: number; segments: number }[] = [];
  readonly rates: { fromMs: number; rate: number }[];
  private operator = { nextSlotMs: 0, lastSegments: 1 };
  private pending: Pending[] = [];
  readonly workers: Worker[];

  constructor(readonly plan: Scenario) {
    this.rates = [{ fromMs: 0, rate: plan.rate }];
    this.workers = plan.workers.map(({ aheadMs, drift }) => new Worker(aheadMs, drift));
  }

  get rate(): number {
    return this.rates.at(-1)!.rate;
  }

  get databaseMs(): number {
    return this.nowMs + this.databaseAheadMs;
  }

  /** The worker asked `up` ago, and hears in `down`. */
  learn(worker: Worker, { up, down }: { up: number; down: number }): void {
    worker.clock.learn(worker.local(this.nowMs - up), worker.local(this.nowMs + down), this.databaseMs);
  }

  pass(forMs: number): void {
    const untilMs = this.nowMs + forMs;
    for (;;) {
      let at = 0;
      for (let i = 1; i < this.pending.length; i++)
        if (this.pending[i]!.atMs < this.pending[at]!.atMs) at = i;
      const first = this.pending[at];
      if (!first || first.atMs > untilMs) break;
      this.pending.splice(at, 1);
      this.nowMs = Math.max(this.nowMs, first.atMs);
      this.look(first);
    }
    this.nowMs = untilMs;
  }

  claim(worker: Worker, segments: number, wants: number, moments: Moment[], sizes?: number[]): void {
    for (;;) {
      if (worker.clock.errorMs(worker.local(this.nowMs)) >= CLOCK_ERROR_MS_MAX) return;
      const plan = planChunk({
        nowMs: this.databaseMs,
        endMs: 1e15,
        rate: this.rate,
        segments,
        ...(sizes && { sizes }),
        measuredRate: 1,
        ...this.operator,
      });
      if (plan.kind === "over") throw new Error("over");
      if (plan.kind === "wait") {
        if (plan.correctedSlotMs !== undefined) this.operator.nextSlotMs = plan.correctedSlotMs;
        this.pass(plan.untilMs - this.databaseMs + 0.001);
        continue;
      }
      const sent = (sizes ?? Array<number>(wants).fill(segments)).slice(0, Math.min(plan.limit, wants));
      const tookMs = sent.reduce((sum, size) => sum + lengthMs(plan, size), 0);
      this.operator = { nextSlotMs: plan.firstSlotMs + tookMs, lastSegments: plan.slots };
      const row = this.row(worker, plan.firstSlotMs, tookMs, plan);
      let nthMs = 0;
      for (const [i, size] of sent.entries()) {
        this.add({
          worker,
          row,
          segments: size,
          rate: this.rate,
          moment: moments[i % moments.length]!,
          nthMs,
          atMs: 0,
          rowsLeft: 6,
        });
        nthMs += lengthMs(plan, size);
      }
      return;
    }
  }

  private row(worker: Worker, firstMs: number, tookMs: number, kind: Slots): Row {
    const slots = new SlotRow(firstMs, tookMs);
    return { slots, kind, firstMs, endLocalMs: worker.clock.toLocal(slots.endMs(0)) };
  }

  private add(pending: Pending): void {
    const { worker, row, moment, nthMs } = pending;
    const localMs = worker.clock.toLocal(row.firstMs + nthMs);
    // Whoever wants to be first asks again and again.
    const wished = {
      first: -3,
      last: SLOT_LATE_MS_MAX - Math.min(9, worker.clock.errorMs(localMs + SLOT_LATE_MS_MAX)),
    };
    const lookMs = localMs + (typeof moment === "number" ? moment : wished[moment]);
    this.pending.push({ ...pending, atMs: Math.max(this.nowMs, worker.real(lookMs)) });
  }

  private look(pending: Pending): void {
    const { worker, row, segments, rate } = pending;
    if (this.nowMs < worker.stalledMs) {
      this.pending.push({ ...pending, atMs: worker.stalledMs });
      return;
    }
    // Another rate holds: the copy of it is that old at most.
    const changed = this.rates[this.rates.findIndex((r) => r.rate === rate) + 1];
    if (changed && this.nowMs > changed.fromMs + GATE_MS_MAX) return;
    const localMs = worker.local(this.nowMs);
    const nowMs = worker.clock.toDatabase(localMs);
    const errorMs = worker.clock.errorMs(localMs);
    const length = lengthMs(row.kind, segments);
    if (worker.clock.toLocal(row.slots.endMs(0)) > row.endLocalMs + STEPPED_MS) return;
    if (pending.slotMs !== undefined && isInSlot(pending.slotMs, nowMs, errorMs)) {
      this.write(worker, segments);
      return;
    }
    const slotMs = row.slots.take(nowMs, errorMs, length);
    if (slotMs !== undefined) {
      // Some are held up on their way, by a number of milliseconds that has nothing to do with
      // anything.
      const heldMs =
        pending.slotMs === undefined && typeof pending.moment === "number" ? pending.moment % 25 : 0;
      if (heldMs > 0) this.pending.push({ ...pending, slotMs, atMs: this.nowMs + heldMs });
      else this.write(worker, segments);
    } else if (!row.slots.isOver(nowMs, errorMs, length)) {
      const waitMs = worker.real(worker.clock.toLocal(row.slots.nextMs) + Math.min(9, errorMs)) - this.nowMs;
      this.pending.push({
        ...pending,
        atMs: this.nowMs + (pending.moment === "first" ? 0.5 : Math.max(0.5, waitMs)),
      });
    } else if (pending.rowsLeft > 0) {
      const isWide = ++worker.misses >= 3;
      const chunk = { rate, ...row.kind, endMs: 1e15 };
      const operator = { nowMs: this.databaseMs, rate: this.rate, ...this.operator };
      const got = planMore(operator, chunk, [segments], isWide);
      if (!got) return;
      this.operator = { nextSlotMs: got.nextSlotMs, lastSegments: row.kind.slots };
      const more = this.row(worker, got.firstSlotMs, got.nextSlotMs - got.firstSlotMs, row.kind);
      const { slotMs: _, ...again } = pending;
      // In a wide one it may come at any time.
      const moment =
        isWide && pending.moment === "last" ? WIDE_MS + SLOT_LATE_MS_MAX - errorMs : pending.moment;
      this.add({ ...again, row: more, nthMs: 0, moment, rowsLeft: pending.rowsLeft - 1 });
    }
  }

  private write(worker: Worker, segments: number): void {
    worker.misses = 0;
    this.log.push({ atMs: this.nowMs, segments });
  }

  live(): void {
    for (const [i, { trips }] of this.plan.workers.entries())
      for (const trip of trips) this.learn(this.workers[i]!, trip);
    for (const e of this.plan.events) {
      const worker = this.workers["worker" in e ? e.worker % this.workers.length : 0]!;
      if (e.what === "claim") this.claim(worker, e.segments, e.wants, e.moments, e.sizes);
      else if (e.what === "learn") this.learn(worker, e.trip);
      else if (e.what === "stall") worker.stalledMs = this.nowMs + e.forMs;
      else if (!this.plan.changes) continue;
      else if (e.what === "pass") this.pass(e.forMs);
      // Never the same again: slots that were made for a rate are not kept apart from those of the
      // rate between.
      else if (e.what === "rate")
        this.rates.push({
          fromMs: this.nowMs,
          rate: Math.max(1, Math.round(this.plan.rate * e.share)) + this.rates.length / 1_000,
        });
      else {
        this.databaseAheadMs += e.byMs;
        // Everybody's next answer comes before its next write.
        for (const w of this.workers) for (let i = 0; i < 5; i++) this.learn(w, { up: 0.2, down: 0.2 });
      }
    }
    this.pass(20_000);
  }

  /**
   * The first second with more segments than any rate that may have held in it; a message alone in
   * its second does not count.
   */
  firstTooFull(): { atMs: number; segments: number; rate: number } | undefined {
    const log = [...this.log].sort((a, b) => a.atMs - b.atMs);
    let sum = 0;
    for (let first = 0, last = 0; last < log.length; last++) {
      sum += log[last]!.segments;
      while (log[last]!.atMs - log[first]!.atMs >= 1_000) sum -= log[first++]!.segments;
      const [fromMs, toMs] = [log[first]!.atMs - GATE_MS_MAX, log[last]!.atMs];
      const held = this.rates.filter(
        (r, i) => r.fromMs <= toMs && (this.rates[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY) >= fromMs,
      );
      const rate = Math.max(...held.map((r) => r.rate));
      if (last > first && sum > rate) return { atMs: log[first]!.atMs, segments: sum, rate };
    }
    return undefined;
  }
}

test("In no sliding second are more segments written than the rate, whoever writes, however late, by whatever clock", {
  timeout: 60_000,
}, () => {
  let written = 0;
  fc.assert(
    fc.property(scenario, (plan) => {
      const world = new World(plan);
      world.live();
      written += world.log.length;
      expect(world.firstTooFull()).toBeUndefined();
    }),
    { numRuns: RUNS },
  );
  expect(written).toBeGreaterThan(50 * RUNS);
});

const sharp = { up: 0.1, down: 0.1 };
test.each([
  {
    clocks: "are wrong as far as their answers allow",
    trips: [
      { up: 0, down: 12 },
      { up: 12, down: 0 },
    ],
    drift: 0,
  },
  { clocks: "drift apart after their last answer", trips: [sharp, sharp], drift: 0.0004 },
])(
  "Two workers whose clocks $clocks, one as late as may be and one as early, keep the rate together",
  ({ trips, drift }) => {
    for (const [late, early] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const worker = (trip: (typeof trips)[number], drift: number) => ({
        aheadMs: 0,
        drift,
        trips: Array(5).fill(trip),
      });
      const claim = (i: number) => {
        // 8.9: handed over so long after its slot, and held up as long again on its way.
        const moments: Moment[] = i % 2 === late ? [8.9, "last"] : ["first"];
        return {
          what: "claim" as const,
          worker: i % 2 === late ? late : early,
          segments: 1,
          sizes: undefined,
          wants: 60,
          moments,
        };
      };
      const events = Array.from({ length: 70 }, (_, i) => claim(i));
      const world = new World({
        rate: 10,
        workers: [worker(trips[0]!, drift), worker(trips[1]!, -drift)],
        changes: false,
        events,
      });
      world.live();
      expect(world.log.length).toBeGreaterThan(30);
      expect(world.firstTooFull()).toBeUndefined();
    }
  },
);

test("A wide slot keeps those behind it clear of the whole of it", () => {
  const lane = { rate: 10, slots: 1, stepMs: stepMs(10, 1), endMs: 1e15 };
  const five = Array(5).fill(1);
  const operator = { nowMs: 1_000, nextSlotMs: 1_600, lastSegments: 1, rate: 10 };
  expect(planMore(operator, lane, five, false)).toBeUndefined();
  expect(planMore(operator, lane, five, true)).toEqual({
    firstSlotMs: 1_600,
    count: 1,
    nextSlotMs: 1_600 + stepMs(10, 1) + WIDE_MS,
  });
  expect(planMore({ ...operator, rate: 20 }, lane, five, true), "another rate holds").toBeUndefined();
});

test.each([
  { rate: 100, used: 0.93 },
  { rate: 10, used: 0.6 },
])("Thirds of 1, 2 and 3 segments use $used of a rate of $rate at least", ({ rate, used }) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3_000, maxLength: 3_000 }), (all) => {
      let operator = { nextSlotMs: 0, lastSegments: 1 };
      let nowMs = 0;
      const sizes = all.map((size, i) => (i < 2_997 ? size : i - 2_996));
      for (let at = 0; at < sizes.length; ) {
        const input = { nowMs, endMs: 1e15, rate, segments: 1, measuredRate: 1, ...operator };
        const plan = planChunk({ ...input, sizes: sizes.slice(at, at + 100) });
        if (plan.kind === "over") throw new Error("over");
        if (plan.kind === "wait") {
          nowMs = plan.untilMs + 0.001;
          continue;
        }
        const tookMs = sizes.slice(at, at + plan.limit).reduce((sum, size) => sum + lengthMs(plan, size), 0);
        operator = { nextSlotMs: plan.firstSlotMs + tookMs, lastSegments: plan.slots };
        at += plan.limit;
      }
      const segments = sizes.reduce((sum, size) => sum + size, 0);
      expect((segments * 1_000) / operator.nextSlotMs).toBeGreaterThan(used * rate);
    }),
    { numRuns: 10 },
  );
});
