import { type Settlement, settleChunk, startChunk } from "@/db/chunks";
import { reserveSlots } from "@/db/lanes";
import { type Breaker, closedBreaker, isOpen, recordHandOver, recordRefusal, recordTaken } from "@/lib/domain/breaker";
import { CLAIM_HORIZON_MS, firstFreeSlotMs, gapMs, SLOT_LATE_MS_MAX, slotsBefore } from "@/lib/domain/pacing";
import { type HandOverTicket, RateWindow } from "@/lib/domain/rate-window";
import { retryDelayMs } from "@/lib/domain/retry";
import type { Gateway, Outcome } from "@/lib/gateways/gateway";
import { log } from "@/lib/log";
import { type Chunk, LEASE_MS } from "./claim-chunk";
import { Places, type SendingContext } from "./sending-context";

/** A chunk is started this long before its first slot. */
const START_AHEAD_MS = 25;
/** And one without slots when this share of the one before it is left: about as long. */
const NEARLY_SHARE = 0.1;

/** The moments of a chunk others wait for. */
export interface Transmission {
  /** So little of it is left that the lane's next chunk is to be started, or the lanes of one gateway, in step, would all pause for that. */
  nearlyHandedOver: Promise<void>;
  /** All of it was handed over or given up. */
  handedOver: Promise<void>;
  /** Its outcomes are in the rows. */
  settled: Promise<void>;
}

/** Sends a claimed chunk inside its slots and settles it. Never throws: what cannot be settled is recovered when its lease ends. */
export function transmitChunk(ctx: SendingContext, chunk: Chunk): Transmission {
  const unwatch = ctx.gates.watch(chunk.laneNo);
  const work = new Work(ctx, chunk);
  const handedOver = work
    .handOver()
    .catch((error) => log.error({ err: error, chunk: chunk.no }, "a chunk could not be handed over"))
    .finally(() => work.isNearlyOver());
  const settled = handedOver
    .then(() => work.answered())
    .then(() => settle(ctx, chunk, work.known()))
    .catch((error) => log.error({ err: error, chunk: chunk.no }, "a chunk was not settled; its lease decides"))
    .finally(unwatch);
  return { nearlyHandedOver: work.nearlyOver, handedOver, settled };
}

/**
 * One chunk on its way. What runs for every message makes a promise only where it must wait: one costs as much as everything that is asked
 * before a message goes.
 */
class Work {
  private gateway: Gateway;
  private places: Places;
  private slots: Slots;
  private breakerKey: string;
  /** What came of each hand-over, in the order of the chunk's ids. */
  private outcomes: (Outcome | undefined)[];
  private open = 0;
  private whenAnswered: (() => void) | undefined;
  isNearlyOver!: () => void;
  readonly nearlyOver = new Promise<void>((resolve) => {
    this.isNearlyOver = resolve;
  });

  constructor(
    private ctx: SendingContext,
    private chunk: Chunk,
  ) {
    this.gateway = ctx.gatewayOf(chunk.lane.gateway);
    this.places = placesOf(ctx, this.gateway);
    this.slots = new Slots(ctx, chunk);
    this.breakerKey = breakerKeyOf(this.gateway.name, chunk.lane.operatorNo);
    this.outcomes = new Array(chunk.ids.length).fill(undefined);
  }

  /** Hands the messages over one by one, each in a slot of its own. Stops at the first thing that forbids sending; the rest is released. */
  async handOver(): Promise<void> {
    const { ctx, chunk, slots, places } = this;
    await ctx.clock.sleepUntil(slots.nextLocalMs() - START_AHEAD_MS, ctx.stopping);
    if (ctx.stopping.aborted || this.isBreakerOpen(ctx.clock.now())) return;
    if (!(await startChunk(ctx.db.sql, chunk.no, chunk.token))) return;
    const nearly = Math.floor(chunk.ids.length * (1 - NEARLY_SHARE));
    for (const [nth, index] of handOverOrder(chunk).entries()) {
      if (nth === nearly) this.isNearlyOver();
      for (;;) {
        if (slots.arePaced && !(await slots.reach())) return;
        if (!places.tryTake()) await places.take();
        const allowed = this.look() ?? (await this.lookAgain());
        if (allowed && (!slots.arePaced || (!slots.isMissed() && slots.hasRoom()))) break;
        places.give();
        if (!allowed) return;
      }
      this.send(index, slots.use());
    }
  }

  /** Resolves when every hand-over has its answer. */
  answered(): Promise<void> {
    return new Promise((resolve) => {
      this.whenAnswered = resolve;
      if (this.open === 0) resolve();
    });
  }

  /** What became of those that were handed over. */
  known(): Settlement[] {
    const { ids, attempts, unsure } = this.chunk;
    const known: Settlement[] = [];
    for (const [i, outcome] of this.outcomes.entries()) {
      if (!outcome) continue;
      known.push(settlementOf(ids[i]!, outcome, (attempts?.[i] ?? 0) + 1, this.gateway.idempotent, this.ctx.random(), unsure?.[i]));
    }
    return known;
  }

  /** The last look before a message goes: state of the lane not older than 700 ms, window, rate, breaker, stop. Undefined: too old to say. */
  private look(): boolean | undefined {
    const { ctx, chunk } = this;
    const nowMs = ctx.clock.now();
    if (ctx.stopping.aborted || this.isBreakerOpen(nowMs)) return false;
    const gate = ctx.gates.check(chunk.laneNo, chunk.lane.rate, nowMs);
    return gate === "stale" ? undefined : gate === "open";
  }

  private async lookAgain(): Promise<boolean> {
    const { ctx, chunk } = this;
    for (;;) {
      if (ctx.clock.now() > ctx.databaseClock.toLocal(chunk.lane.nowMs) + LEASE_MS / 2) return false;
      await ctx.gates.fresher(chunk.laneNo);
      const allowed = this.look();
      if (allowed !== undefined) return allowed;
    }
  }

  private send(index: number, ticket: HandOverTicket | undefined): void {
    const { ctx, chunk, gateway, breakerKey } = this;
    const sentMs = ctx.clock.now();
    const breaker = ctx.breakers.get(breakerKey);
    if (breaker && breaker.trips > 0) ctx.breakers.set(breakerKey, recordHandOver(breaker, sentMs));
    this.open++;
    gateway
      .send(
        { id: chunk.ids[index]!, phone: chunk.phones[index]!, text: chunk.lane.text },
        ticket ? () => ticket.written(ctx.clock.now()) : ignore,
      )
      .then(
        (outcome) => this.over(index, ticket, sentMs, outcome),
        (err) => {
          log.error({ err, gateway: gateway.name }, "a gateway threw, which none may; the message may have been taken");
          this.over(index, ticket, sentMs, { kind: "unknown", code: "gateway_fault" });
        },
      );
  }

  private over(index: number, ticket: HandOverTicket | undefined, sentMs: number, outcome: Outcome): void {
    const { ctx, gateway, breakerKey } = this;
    const nowMs = ctx.clock.now();
    ticket?.over(nowMs);
    this.places.give();
    ctx.measure?.(gateway.name, outcome.kind, nowMs - sentMs);
    const breaker = ctx.breakers.get(breakerKey) ?? closedBreaker;
    const after = breakerAfter(breaker, outcome, nowMs, sentMs);
    if (after !== breaker) ctx.breakers.set(breakerKey, after);
    this.outcomes[index] = outcome;
    if (--this.open === 0) this.whenAnswered?.();
  }

  private isBreakerOpen(nowMs: number): boolean {
    const breaker = this.ctx.breakers.get(this.breakerKey);
    return breaker !== undefined && isOpen(breaker, nowMs);
  }
}

const ignore = () => {};

/**
 * Those with the fewest attempts first: while a gateway is away, one message after the other is used to ask whether it is back, and none
 * is to spend all its attempts on that while others have theirs.
 */
function handOverOrder({ ids, attempts }: Chunk): number[] {
  const order = ids.map((_, index) => index);
  return attempts ? order.sort((a, b) => attempts[a]! - attempts[b]!) : order;
}

/** What an outcome means for the message. `unsure`: an earlier hand-over of it may have been taken. Exported for its table of tests. */
export function settlementOf(
  id: string,
  outcome: Outcome,
  attempts: number,
  idempotent: boolean,
  random: number,
  unsure = false,
): Settlement {
  switch (outcome.kind) {
    case "accepted":
      return settlement(id, "sent", null);
    case "rejected":
      return settlement(id, "failed", outcome.code);
    case "misconfigured":
      return { ...settlement(id, "deferred", outcome.code), attempted: false };
    case "unknown":
      // One word is all an idempotent gateway needs: the same id again, instead of not knowing.
      if (!idempotent) return settlement(id, "unknown", outcome.code, true);
      break;
    case "deferred":
      break;
  }
  const isLost = outcome.kind === "unknown";
  const delayMs = retryDelayMs(attempts, random, outcome.kind === "deferred" ? outcome.retryAfterMs : 0);
  if (delayMs !== undefined) return settlement(id, "deferred", outcome.code, isLost, delayMs);
  return settlement(id, isLost || unsure ? "unknown" : "failed", outcome.code, isLost);
}

function settlement(id: string, status: Settlement["status"], error: string | null, unsure = false, delayMs = 0): Settlement {
  return { id, status, error, attempted: true, unsure, delayMs };
}

/** Writes the outcomes; tries again in memory until the lease ends. Whatever was never handed over is due again, its attempt not counted. */
async function settle(ctx: SendingContext, chunk: Chunk, known: Settlement[]): Promise<void> {
  const handed = new Set(known.map((s) => s.id));
  const rest = chunk.ids
    .filter((id) => !handed.has(id))
    .map((id): Settlement => ({ id, status: "deferred", error: null, attempted: false, delayMs: 0 }));
  const giveUpMs = ctx.databaseClock.toLocal(chunk.lane.nowMs) + LEASE_MS;
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
    try {
      const result = await settleChunk(ctx.db.sql, chunk, [...known, ...rest], known.length === 0);
      if (result === "lost") log.warn({ chunk: chunk.no }, "a chunk's lease had run out before it was settled");
      return;
    } catch (error) {
      if (ctx.clock.now() + pauseMs > giveUpMs) throw error;
      log.warn({ err: error, chunk: chunk.no }, "settling failed and is tried again");
      await ctx.clock.sleepUntil(ctx.clock.now() + pauseMs);
    }
  }
}

/**
 * The chunk's slots. One that was missed by more than a few milliseconds is forfeited, and so is one that others, which went out later than
 * they were meant to, leave no room for; when none is left, new ones are reserved.
 */
class Slots {
  /** False: as fast as it goes, and nothing here needs to be asked but {@link use}. */
  readonly arePaced: boolean;
  private firstMs: number;
  /** Slots behind us, used or forfeited. */
  private passed = 0;
  private handed = 0;
  private count: number;
  private window: RateWindow | undefined;

  constructor(
    private ctx: SendingContext,
    private chunk: Chunk,
  ) {
    this.arePaced = chunk.plan.stepMs > 0;
    this.firstMs = chunk.plan.firstSlotMs;
    this.count = chunk.ids.length;
    if (chunk.lane.rate !== null) this.window = windowOf(ctx, chunk.lane.operatorNo);
  }

  nextLocalMs(): number {
    return this.ctx.databaseClock.toLocal(this.firstMs + this.passed * this.chunk.plan.stepMs);
  }

  isMissed(): boolean {
    return this.ctx.clock.now() > this.nextLocalMs() + SLOT_LATE_MS_MAX;
  }

  hasRoom(): boolean {
    return this.roomMs() <= this.ctx.clock.now();
  }

  /** @returns what the operator's window knows of the hand-over; undefined without a rate */
  use(): HandOverTicket | undefined {
    this.passed++;
    this.handed++;
    return this.window?.begin(this.chunk.lane.segments);
  }

  private roomMs(): number {
    const { rate, segments } = this.chunk.lane;
    return this.window && rate !== null ? this.window.roomAtMs(this.ctx.clock.now(), segments, rate) : 0;
  }

  /** Waits for the next slot that can be kept. False: there is none before the window's end, or the process stops. */
  async reach(): Promise<boolean> {
    for (;;) {
      while (this.passed < this.count && this.isMissed()) this.passed++;
      if (this.passed >= this.count && !(await this.reserveMore())) return false;
      await this.ctx.clock.sleepUntil(this.nextLocalMs(), this.ctx.stopping);
      const roomMs = this.roomMs();
      if (roomMs > this.nextLocalMs() + SLOT_LATE_MS_MAX) this.passed++;
      else {
        if (roomMs > this.ctx.clock.now()) await this.ctx.clock.sleepUntil(roomMs, this.ctx.stopping);
        if (this.ctx.stopping.aborted) return false;
        if (!this.isMissed()) return true;
      }
    }
  }

  private async reserveMore(): Promise<boolean> {
    const { lane, plan } = this.chunk;
    const wanted = this.chunk.ids.length - this.handed;
    const got = await reserveSlots(this.ctx.db.sql, lane.operatorNo, lane.segments, ({ nowMs, nextSlotMs, lastSegments, rate }) => {
      const freeMs = firstFreeSlotMs(nowMs, nextSlotMs, rate);
      // As far ahead as a claim may reach and no further: beyond that the rest is released, and claimed anew in its turn.
      if (freeMs > nowMs + CLAIM_HORIZON_MS) return undefined;
      const firstSlotMs = Math.max(freeMs, nextSlotMs + gapMs(rate, lane.segments, lastSegments));
      const count = Math.min(wanted, slotsBefore(lane.endMs, firstSlotMs, plan.stepMs));
      return count > 0 ? { firstSlotMs, count, nextSlotMs: firstSlotMs + count * plan.stepMs } : undefined;
    });
    if (!got) return false;
    this.firstMs = got.firstSlotMs;
    this.passed = 0;
    this.count = got.count;
    return true;
  }
}

function placesOf(ctx: SendingContext, gateway: Gateway): Places {
  const places = ctx.places.get(gateway.name) ?? new Places(gateway.connectionsMax);
  ctx.places.set(gateway.name, places);
  return places;
}

function windowOf(ctx: SendingContext, operatorNo: number): RateWindow {
  const window = ctx.windows.get(operatorNo) ?? new RateWindow();
  ctx.windows.set(operatorNo, window);
  return window;
}

/** The breaker of a gateway towards one operator. */
export function breakerOf(ctx: SendingContext, gatewayName: string, operatorNo: number): Breaker {
  return ctx.breakers.get(breakerKeyOf(gatewayName, operatorNo)) ?? closedBreaker;
}

const breakerKeyOf = (gatewayName: string, operatorNo: number) => `${gatewayName}/${operatorNo}`;

/** A lost answer counts with the refusals: a gateway that never answers must not make a whole audience unknown. */
function breakerAfter(breaker: Breaker, outcome: Outcome, nowMs: number, handedOverMs: number): Breaker {
  if (outcome.kind === "accepted" || outcome.kind === "rejected") return recordTaken(breaker);
  return recordRefusal(breaker, nowMs, handedOverMs, outcome.code, outcome.kind === "misconfigured");
}
