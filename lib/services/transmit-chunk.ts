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

/** The two moments of a chunk others wait for. */
export interface Transmission {
  /** All of it was handed over or given up: the lane's next chunk may begin. */
  handedOver: Promise<void>;
  /** Its outcomes are in the rows. */
  settled: Promise<void>;
}

/** Sends a claimed chunk inside its slots and settles it. Never throws: what cannot be settled is recovered when its lease ends. */
export function transmitChunk(ctx: SendingContext, chunk: Chunk): Transmission {
  const unwatch = ctx.gates.watch(chunk.laneNo);
  const answers: Promise<Settlement>[] = [];
  const handedOver = handOver(ctx, chunk, answers).catch((error) => {
    log.error({ err: error, chunk: chunk.no }, "a chunk could not be handed over");
  });
  const settled = handedOver
    .then(() => Promise.all(answers))
    .then((known) => settle(ctx, chunk, known))
    .catch((error) => log.error({ err: error, chunk: chunk.no }, "a chunk was not settled; its lease decides"))
    .finally(unwatch);
  return { handedOver, settled };
}

/** Hands the messages over one by one, each in a slot of its own. Stops at the first thing that forbids sending; the rest is released. */
async function handOver(ctx: SendingContext, chunk: Chunk, answers: Promise<Settlement>[]): Promise<void> {
  const gateway = ctx.gatewayOf(chunk.lane.gateway);
  const places = placesOf(ctx, gateway);
  const slots = new Slots(ctx, chunk);
  await ctx.clock.sleepUntil(slots.nextLocalMs() - START_AHEAD_MS, ctx.stopping);
  if (ctx.stopping.aborted || isBreakerOpen(ctx, gateway.name, chunk.lane.operatorNo)) return;
  if (!(await startChunk(ctx.db.sql, chunk.no, chunk.token))) return;
  for (const index of handOverOrder(chunk)) {
    for (;;) {
      if (!(await slots.reach())) return;
      await places.take();
      const allowed = await mayTransmit(ctx, chunk, gateway);
      if (allowed && !slots.isMissed() && slots.hasRoom()) break;
      places.give();
      if (!allowed) return;
    }
    answers.push(send(ctx, chunk, gateway, places, index, slots.use()));
  }
}

/**
 * Those with the fewest attempts first: while a gateway is away, one message after the other is used to ask whether it is back, and none
 * is to spend all its attempts on that while others have theirs.
 */
function handOverOrder({ ids, attempts }: Chunk): number[] {
  const order = ids.map((_, index) => index);
  return attempts ? order.sort((a, b) => attempts[a]! - attempts[b]!) : order;
}

/** The last look before a message goes: state of the lane not older than 700 ms, window, rate, breaker, stop. */
async function mayTransmit(ctx: SendingContext, chunk: Chunk, gateway: Gateway): Promise<boolean> {
  for (;;) {
    if (ctx.stopping.aborted || isBreakerOpen(ctx, gateway.name, chunk.lane.operatorNo)) return false;
    const gate = ctx.gates.check(chunk.laneNo, chunk.lane.rate);
    if (gate !== "stale") return gate === "open";
    if (ctx.clock.now() > ctx.databaseClock.toLocal(chunk.lane.nowMs) + LEASE_MS / 2) return false;
    await ctx.gates.fresher(chunk.laneNo);
  }
}

async function send(
  ctx: SendingContext,
  chunk: Chunk,
  gateway: Gateway,
  places: Places,
  index: number,
  ticket: HandOverTicket | undefined,
): Promise<Settlement> {
  const id = chunk.ids[index]!;
  const key = `${gateway.name}/${chunk.lane.operatorNo}`;
  const handedOverMs = ctx.clock.now();
  const before = ctx.breakers.get(key) ?? closedBreaker;
  if (before.trips > 0) ctx.breakers.set(key, recordHandOver(before, handedOverMs));
  const outcome = await gateway.send({ id, phone: chunk.phones[index]!, text: chunk.lane.text }, () => ticket?.written(ctx.clock.now()));
  ticket?.over(ctx.clock.now());
  places.give();
  ctx.breakers.set(key, breakerAfter(ctx.breakers.get(key) ?? closedBreaker, outcome, ctx.clock.now(), handedOverMs));
  return settlementOf(id, outcome, (chunk.attempts?.[index] ?? 0) + 1, gateway.idempotent, ctx.random(), chunk.unsure?.[index]);
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
  const settlement = (status: Settlement["status"], error: string | null, delayMs = 0): Settlement => ({
    id,
    status,
    error,
    attempted: true,
    unsure: outcome.kind === "unknown",
    delayMs,
  });
  switch (outcome.kind) {
    case "accepted":
      return settlement("sent", null);
    case "rejected":
      return settlement("failed", outcome.code);
    case "misconfigured":
      return { ...settlement("deferred", outcome.code), attempted: false };
    case "unknown":
      // One word is all an idempotent gateway needs: the same id again, instead of not knowing.
      if (!idempotent) return settlement("unknown", outcome.code);
      break;
    case "deferred":
      break;
  }
  const delayMs = retryDelayMs(attempts, random, outcome.kind === "deferred" ? outcome.retryAfterMs : 0);
  if (delayMs !== undefined) return settlement("deferred", outcome.code, delayMs);
  return outcome.kind === "unknown" || unsure ? settlement("unknown", outcome.code) : settlement("failed", outcome.code);
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
    this.firstMs = chunk.plan.firstSlotMs;
    this.count = chunk.ids.length;
    if (chunk.lane.rate !== null) this.window = windowOf(ctx, chunk.lane.operatorNo);
  }

  nextLocalMs(): number {
    return this.ctx.databaseClock.toLocal(this.firstMs + this.passed * this.chunk.plan.stepMs);
  }

  isMissed(): boolean {
    return this.chunk.plan.stepMs > 0 && this.ctx.clock.now() > this.nextLocalMs() + SLOT_LATE_MS_MAX;
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
    if (this.chunk.plan.stepMs === 0) return !this.ctx.stopping.aborted;
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
  return ctx.breakers.get(`${gatewayName}/${operatorNo}`) ?? closedBreaker;
}

function isBreakerOpen(ctx: SendingContext, gatewayName: string, operatorNo: number): boolean {
  return isOpen(breakerOf(ctx, gatewayName, operatorNo), ctx.clock.now());
}

/** A lost answer counts with the refusals: a gateway that never answers must not make a whole audience unknown. */
function breakerAfter(breaker: Breaker, outcome: Outcome, nowMs: number, handedOverMs: number): Breaker {
  if (outcome.kind === "accepted" || outcome.kind === "rejected") return recordTaken(breaker);
  return recordRefusal(breaker, nowMs, handedOverMs, outcome.code, outcome.kind === "misconfigured");
}
