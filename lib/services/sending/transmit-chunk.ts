import { notHandedOver, type Settlement, settleChunk, startChunk } from "@/db/sending/settle";
import { isTripped, recordHandOver } from "@/lib/domain/breaker";
import { SLOT_LATE_MS_MAX } from "@/lib/domain/pacing";
import { postponeDelayMs, retryDelayMs } from "@/lib/domain/retry";
import type { Gateway, HandOver, Outcome, OutgoingMessage } from "@/lib/gateways/gateway";
import { log } from "@/lib/log";
import type { BreakerCell } from "./breakers";
import { type Chunk, HAND_OVER_MS_MAX, LEASE_MS } from "./claim-chunk";
import { acquit, type GatewayOutcome, judgeOutcome } from "./judge-outcome";
import type { Gate } from "./lane-gates";
import { Semaphore } from "./semaphore";
import type { SendingContext } from "./sending-context";
import { Slots } from "./slots";

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
  const work = new ChunkTransmission(ctx, chunk);
  const release = work.slots && work.semaphore.reserveFor(chunk.lane.operatorNo, 1_000 / chunk.plan.stepMs);
  const handedOver = work
    .handOver()
    .catch((error) => log.error({ err: error, chunk: chunk.no }, "a chunk could not be handed over"))
    .finally(() => {
      release?.();
      work.tellNearlyOver();
    });
  const settled = handedOver
    .then(() => work.answered())
    .then(() => settle(ctx, chunk, work.settlements(), work.isReleased()))
    .catch((error) => log.error({ err: error, chunk: chunk.no }, "a chunk was not settled; its lease decides"))
    .finally(unwatch);
  return { nearlyHandedOver: work.nearlyOver, handedOver, settled };
}

/**
 * One chunk on its way. What runs for every message makes a promise only where it must wait: one costs as much as everything that is asked
 * before a message goes.
 */
class ChunkTransmission {
  private gateway: Gateway;
  readonly semaphore: Semaphore;
  /** Of a lane with a rate. Without: as fast as it goes. */
  readonly slots: Slots | undefined;
  private breaker: BreakerCell;
  /** Indexes of the chunk's ids in the order they go, and how many have gone. */
  private order: number[];
  private handed = 0;
  private nearly: number;
  /** What came of each hand-over, in the order of the chunk's ids. */
  private outcomes: (GatewayOutcome | undefined)[];
  private open = 0;
  /** Handed over, and neither written nor over yet. */
  private undecided = 0;
  private whenDecided: (() => void) | undefined;
  private whenHandedOver!: () => void;
  private whenFailed!: (error: unknown) => void;
  private whenAnswered: (() => void) | undefined;
  tellNearlyOver!: () => void;
  readonly nearlyOver = new Promise<void>((resolve) => {
    this.tellNearlyOver = resolve;
  });

  constructor(
    readonly ctx: SendingContext,
    private chunk: Chunk,
  ) {
    this.gateway = ctx.gatewayOf(chunk.lane.gateway);
    this.semaphore = semaphoreOf(ctx, this.gateway);
    this.slots = chunk.lane.rate === null ? undefined : new Slots(ctx, chunk);
    this.breaker = ctx.breakers.of(this.gateway.name, chunk.lane.operatorNo);
    this.order = handOverOrder(chunk);
    this.nearly = Math.ceil(chunk.ids.length * (1 - NEARLY_SHARE));
    this.outcomes = new Array(chunk.ids.length).fill(undefined);
  }

  /** Hands the messages over one by one. Stops at the first thing that forbids sending; the rest is released. */
  async handOver(): Promise<void> {
    const { ctx, chunk, slots } = this;
    if (slots) this.gateway.prepare?.(this.semaphore.pacedNeed);
    if (slots) await ctx.clock.sleepUntil(slots.nextLocalMs() - START_AHEAD_MS, ctx.stopping);
    if (ctx.stopping.aborted || this.isBreakerTripped(ctx.clock.now())) return;
    if (!(await startChunk(ctx.db.sql, chunk.no, chunk.token))) return;
    if (slots) return this.handOverInSlots(slots);
    return new Promise((done, fail) => {
      this.whenHandedOver = done;
      this.whenFailed = fail;
      this.semaphore.acquire(this.goOn);
    });
  }

  /** Each in a slot of its own. */
  private async handOverInSlots(slots: Slots): Promise<void> {
    const { semaphore, order } = this;
    while (await this.hasMore()) {
      if (!(await slots.reach(order.length - this.handed))) return;
      if (!semaphore.tryAcquire(true)) await new Promise<void>((taken) => semaphore.acquire(taken, true));
      const allowed = this.look() ?? (await this.lookAgain());
      const slotMs = allowed ? slots.take() : undefined;
      if (slotMs !== undefined) this.send(slotMs);
      else semaphore.release();
      if (!allowed) return;
    }
  }

  /**
   * Is one to be handed over? Whatever is withheld comes back. No more are on their way at once than are due within one slot's lateness: if all
   * of them are held up, each would find the time that it could still go in taken by the others.
   */
  private async hasMore(): Promise<boolean> {
    const undecidedMax = 1 + SLOT_LATE_MS_MAX / this.chunk.plan.stepMs;
    while (this.undecided > 0 && (this.handed === this.order.length || this.undecided + 1 > undecidedMax)) {
      await new Promise<void>((decided) => {
        this.whenDecided = decided;
      });
    }
    return this.handed < this.order.length;
  }

  /** As fast as places come free; called with one taken, again and again until all are handed over or one may not be. */
  private goOn = (allowed = this.look()): void => {
    const { clock, dueSlots } = this.ctx;
    while (allowed) {
      this.send();
      if (this.handed === this.order.length) break;
      if (dueSlots.any && dueSlots.isOverdue(clock.now())) {
        // The events have to come round for it; one message goes with each round in any case.
        setImmediate(() => this.semaphore.acquire(this.goOn));
        return;
      }
      if (!this.semaphore.tryAcquire()) {
        this.semaphore.acquire(this.goOn);
        return;
      }
      allowed = this.look();
    }
    if (allowed === undefined) {
      this.lookAgain().then(this.goOn, this.whenFailed);
      return;
    }
    if (!allowed) this.semaphore.release();
    this.whenHandedOver();
  };

  /** Resolves when every hand-over has its answer. */
  answered(): Promise<void> {
    return new Promise((resolve) => {
      this.whenAnswered = resolve;
      if (this.open === 0) resolve();
    });
  }

  /** What became of each. Whatever was never handed over, or withheld, is due again, its attempt not counted. */
  settlements(): Settlement[] {
    const { ids, attempts, postponed, maybeSent } = this.chunk;
    return ids.map((id, i) => {
      const outcome = this.outcomes[i];
      if (!outcome) return notHandedOver(id);
      const past = { attempts: attempts?.[i] ?? 0, postponed: postponed?.[i] ?? 0, maybeSent: maybeSent?.[i] ?? false };
      // Others may have been refused alike since.
      const judged = past.maybeSent ? outcome : acquit(this.breaker.state, outcome);
      return settlementOf(id, judged, past, this.gateway.idempotent, this.ctx.random());
    });
  }

  /** Was nothing of it written? */
  isReleased(): boolean {
    return this.outcomes.every((outcome) => outcome === undefined);
  }

  /** The last look before a message goes: stop, breaker, lease, and state of the lane not older than 700 ms. Undefined: too old to say. */
  private look(): boolean | undefined {
    const nowMs = this.ctx.clock.now();
    if (this.isForbidden(nowMs) || this.isBreakerTripped(nowMs)) return false;
    const gate = this.gate(nowMs);
    return gate === "stale" ? undefined : gate === "open";
  }

  /** By both clocks: the lease runs by the database's, and one of them may have been set back or have stood still. */
  private isForbidden(nowMs: number): boolean {
    const { ctx, chunk } = this;
    return (
      ctx.stopping.aborted ||
      nowMs - chunk.askedMs > HAND_OVER_MS_MAX ||
      ctx.databaseClock.toDatabase(nowMs) - chunk.lane.nowMs > HAND_OVER_MS_MAX
    );
  }

  private gate(nowMs: number): Gate {
    return this.ctx.gates.check(this.chunk.laneNo, this.chunk.lane.rate, nowMs);
  }

  private async lookAgain(): Promise<boolean> {
    for (;;) {
      await this.ctx.gates.fresher(this.chunk.laneNo);
      const allowed = this.look();
      if (allowed !== undefined) return allowed;
    }
  }

  /** Hands the next one over. Its place is taken. */
  private send(slotMs?: number): void {
    const { ctx, chunk, gateway, breaker } = this;
    const sentMs = ctx.clock.now();
    breaker.state = recordHandOver(breaker.state, sentMs);
    const index = this.order[this.handed++]!;
    if (this.handed === this.nearly) this.tellNearlyOver();
    this.open++;
    this.undecided++;
    const validUntilMs = chunk.validUntilMs?.[index] ?? chunk.lane.endMs;
    const validForMs = validUntilMs - ctx.databaseClock.toDatabase(sentMs);
    const message = { id: chunk.ids[index]!, phone: chunk.phones[index]!, text: chunk.lane.text, validUntilMs, validForMs };
    const handOver = new MessageHandOver(this, message, index, sentMs, slotMs);
    try {
      gateway.send(handOver);
    } catch (err) {
      log.error({ err, gateway: gateway.name }, "a gateway threw, which none may; the message may have been taken");
      handOver.over({ kind: "unknown", code: "gateway_fault" });
    }
  }

  /** For a hand-over: its outcome is known. */
  over(index: number, sentMs: number, nowMs: number, outcome: Outcome): void {
    const { ctx, gateway, breaker } = this;
    if (outcome.kind !== "withheld") {
      ctx.measure?.(gateway.name, outcome.kind, nowMs - sentMs);
      this.semaphore.measure(nowMs - sentMs);
      const maybeSent = this.chunk.maybeSent?.[index] ?? false;
      const judged = judgeOutcome(breaker.state, outcome, { nowMs, handedOverMs: sentMs, maybeSent });
      breaker.state = judged.breaker;
      this.outcomes[index] = judged.outcome;
    } else if (this.slots) this.order.push(index);
    if (--this.open === 0) this.whenAnswered?.();
    // Whoever waits for the place goes on within this call, and must find the breaker as it is now.
    this.semaphore.release();
  }

  /** For a hand-over: it was written, or it is over. */
  decided(): void {
    this.undecided--;
    this.whenDecided?.();
  }

  /** For a hand-over: may it be written, now that it took so long to get there? Whether the gateway works is what it may be there to find out. */
  mayStillGo(nowMs: number): boolean {
    return !this.isForbidden(nowMs) && this.gate(nowMs) === "open";
  }

  private isBreakerTripped(nowMs: number): boolean {
    return isTripped(this.breaker.state, nowMs);
  }
}

class MessageHandOver implements HandOver {
  private isDecided = false;
  private isOver = false;
  readonly isPaced: boolean;

  constructor(
    private work: ChunkTransmission,
    readonly message: OutgoingMessage,
    private index: number,
    private sentMs: number,
    private slotMs: number | undefined,
  ) {
    this.isPaced = slotMs !== undefined;
  }

  go(): boolean {
    const { work, slotMs } = this;
    // A connection may have taken seconds to open.
    const may = work.mayStillGo(work.ctx.clock.now()) && (slotMs === undefined || work.slots!.write(slotMs));
    if (may) this.decide();
    return may;
  }

  private decide(): void {
    if (this.isDecided) return;
    this.isDecided = true;
    this.work.decided();
  }

  over(outcome: Outcome): void {
    if (this.isOver) return;
    this.isOver = true;
    this.work.over(this.index, this.sentMs, this.work.ctx.clock.now(), outcome);
    this.decide();
  }
}

/**
 * Those that were tried and put off least first: while a gateway is away, one message after the other is used to ask whether it is back, and
 * what it refuses for its own sake is not to stand before the others.
 */
function handOverOrder({ ids, attempts, postponed }: Chunk): number[] {
  const order = ids.map((_, index) => index);
  const tries = (index: number) => attempts![index]! + postponed![index]!;
  return attempts ? order.sort((a, b) => tries(a) - tries(b)) : order;
}

/** What a message has behind it. */
interface Past {
  attempts: number;
  postponed: number;
  /** An earlier hand-over may have been taken. */
  maybeSent: boolean;
}

/** What an outcome means for the message. Exported for its table of tests. */
export function settlementOf(id: string, outcome: GatewayOutcome, past: Past, idempotent: boolean, random: number): Settlement {
  const { maybeSent } = past;
  switch (outcome.kind) {
    case "accepted":
      return settlement(id, "sent", null);
    case "rejected":
      // "I have it already" may be a refusal, too.
      return settlement(id, maybeSent ? "unknown" : "failed", outcome.code, maybeSent);
    case "misconfigured":
      return postponement(id, outcome.code, postponeDelayMs(past.postponed + 1, random));
    case "deferred":
      return postponement(id, outcome.code, postponeDelayMs(past.postponed + 1, random, outcome.retryAfterMs));
    case "unknown": {
      // One word is all an idempotent gateway needs: the same id again, instead of not knowing.
      const delayMs = idempotent ? retryDelayMs(past.attempts + 1, random) : undefined;
      return settlement(id, delayMs === undefined ? "unknown" : "deferred", outcome.code, true, delayMs);
    }
  }
}

/** Surely not taken, for no fault of its own: it costs no attempt, and stands behind others when it is due again. */
const postponement = (id: string, error: string, delayMs: number): Settlement => ({
  ...settlement(id, "deferred", error, false, delayMs),
  attempted: false,
  postponed: true,
});

function settlement(id: string, status: Settlement["status"], error: string | null, maybeSent = false, delayMs = 0): Settlement {
  return { id, status, error, attempted: true, maybeSent, delayMs };
}

/** Writes the outcomes; tries again in memory until the lease ends. */
async function settle(ctx: SendingContext, chunk: Chunk, settlements: Settlement[], isReleased: boolean): Promise<void> {
  const giveUpMs = chunk.askedMs + LEASE_MS;
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
    try {
      const result = await settleChunk(ctx.db.sql, chunk, settlements, isReleased);
      if (result === "lost") log.warn({ chunk: chunk.no }, "a chunk's lease had run out before it was settled");
      return;
    } catch (error) {
      if (ctx.clock.now() + pauseMs > giveUpMs) throw error;
      log.warn({ err: error, chunk: chunk.no }, "settling failed and is tried again");
      await ctx.clock.sleepUntil(ctx.clock.now() + pauseMs);
    }
  }
}

function semaphoreOf(ctx: SendingContext, gateway: Gateway): Semaphore {
  const places = ctx.semaphores.get(gateway.name) ?? new Semaphore(gateway.connectionsMax);
  ctx.semaphores.set(gateway.name, places);
  return places;
}
