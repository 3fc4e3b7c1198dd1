import { validUntilMs } from "@/db/sending/claim";
import { startChunk, type Writes } from "@/db/sending/settle";
import { recordHandOver } from "@/lib/domain/breaker";
import { SLOT_LATE_MS_MAX } from "@/lib/domain/pacing";
import type { Gateway, HandOver, Outcome, OutgoingMessage } from "@/lib/gateways/gateway";
import { log } from "@/lib/log";
import type { BreakerCell } from "./breakers";
import type { Chunk } from "./claim-chunk";
import { Clearance, type Verdict } from "./clearance";
import type { HeldMessages } from "./held-messages";
import { judgeOutcome } from "./judge-outcome";
import { type Semaphore, semaphoreOf } from "./semaphore";
import type { SendingContext } from "./sending-context";
import { type Outcomes, optedOut, settleOutcomes } from "./settle-outcomes";
import { Slots } from "./slots";

/** A chunk is started this long before its first slot. */
const START_AHEAD_MS = 25;
/** A chunk without slots is started when this share of the one before it is left: about as long. */
const NEARLY_SHARE = 0.1;

/** The moments of a chunk that its turn waits for. */
export interface Transmission {
  /**
   * So little of it is left that the lane's next chunk is to be started: lanes of one gateway fall
   * into step, and would all pause for that.
   */
  nearlyHandedOver: Promise<void>;
  /** All of it was handed over or given up. */
  handedOver: Promise<void>;
  /** Its outcomes are in the rows. */
  settled: Promise<void>;
}

/**
 * Sends a claimed chunk inside its slots and settles it. Never throws: what cannot be settled is
 * recovered when its lease ends.
 * @param held of a chunk that waited since its claim
 */
export function transmitChunk(ctx: SendingContext, chunk: Chunk, held = ctx.gates.hold(chunk)): Transmission {
  const unwatch = ctx.gates.watch(chunk.laneNo);
  const transmission = new ChunkTransmission(ctx, chunk, held);
  const handedOver = transmission
    .handOver()
    .catch((error) => log.error({ err: error, chunk: chunk.no }, "a chunk could not be handed over"))
    .finally(() => transmission.endHandOver());
  const settled = handedOver
    .then(() => transmission.settle())
    .catch((error) =>
      log.error({ err: error, chunk: chunk.no }, "a chunk was not settled; its lease decides"),
    )
    .finally(() => {
      unwatch();
      ctx.gates.letGo(held);
    });
  return { nearlyHandedOver: transmission.nearlyHandedOver, handedOver, settled };
}

/**
 * One chunk on its way. Its states, and what becomes of its messages when the process dies in them:
 *
 *   claimed       waits for its first slot, or for the chunk before it    due again
 *   started       its row says so, and messages are handed over           unknown, or tried again
 *   handed over   all are handed over or given up; answers are awaited    unknown, or tried again
 *   settled       the outcomes are in the rows                            nothing to do
 *
 * Each message waits, is handed over as a {@link MessageInFlight}, and has its outcome; a withheld
 * one of a lane with a rate waits again. {@link Clearance} says whether the next may go. What runs
 * for every message makes a promise only where it must wait: one costs as much as everything that
 * is asked before a message goes.
 */
class ChunkTransmission {
  readonly clearance: Clearance;
  readonly nearlyHandedOver: Promise<void>;
  private gateway: Gateway;
  private semaphore: Semaphore;
  /** Of a lane with a rate. Without: as fast as it goes. */
  private slots: Slots | undefined;
  private breaker: BreakerCell;
  /** Indexes of the chunk's ids in the order they go, and how many have gone. */
  private order: number[];
  private handed = 0;
  /** When so many have gone, the chunk is nearly handed over. */
  private nearly: number;
  private outcomes: Outcomes;
  /** Of recipients whose hours matter. */
  private writes: Writes | undefined;
  /** Handed over, and not over yet. */
  private unanswered = 0;
  /** Handed over, and neither written nor over yet. */
  private undecided = 0;
  private releaseReserve: (() => void) | undefined;
  private whenNearlyHandedOver!: () => void;
  private whenHandedOver!: () => void;
  private whenFailed!: (error: unknown) => void;
  private whenDecided: (() => void) | undefined;
  private whenAnswered: (() => void) | undefined;

  constructor(
    readonly ctx: SendingContext,
    private chunk: Chunk,
    readonly held: HeldMessages,
  ) {
    this.gateway = ctx.gatewayOf(chunk.lane.gateway);
    this.semaphore = semaphoreOf(ctx.semaphores, this.gateway);
    this.slots = chunk.lane.rate === null ? undefined : new Slots(ctx, chunk);
    this.breaker = ctx.breakers.of(this.gateway.name, chunk.lane.operatorNo);
    this.clearance = new Clearance(ctx, chunk, this.breaker, this.slots, held);
    this.order = handOverOrder(chunk);
    this.nearly = Math.ceil(chunk.ids.length * (1 - NEARLY_SHARE));
    this.outcomes = new Array(chunk.ids.length).fill(undefined);
    if (chunk.hours)
      this.writes = {
        zone: chunk.hours.zone,
        firstMs: Number.POSITIVE_INFINITY,
        lastMs: Number.NEGATIVE_INFINITY,
        count: 0,
        outside: 0,
      };
    this.nearlyHandedOver = new Promise((resolve) => {
      this.whenNearlyHandedOver = resolve;
    });
    if (this.slots) {
      this.releaseReserve = this.semaphore.reserveFor(chunk.lane.operatorNo, 1_000 / chunk.plan.stepMs);
    }
  }

  /** Hands the messages over one by one. Stops at the first thing that forbids sending. */
  async handOver(): Promise<void> {
    const { ctx, chunk, slots } = this;
    if (slots) this.gateway.prepare?.(this.semaphore.pacedNeed);
    if (slots) await ctx.clock.sleepUntil(slots.nextLocalMs() - START_AHEAD_MS, ctx.stopping);
    if (ctx.stopping.aborted || this.clearance.isTripped(ctx.clock.now())) return;
    if (!(await startChunk(ctx.db.sql, chunk.no, chunk.token))) return;
    if (slots) return this.sendInSlots(slots);
    return new Promise((done, fail) => {
      this.whenHandedOver = done;
      this.whenFailed = fail;
      this.semaphore.acquire(this.sendFreely);
    });
  }

  endHandOver(): void {
    this.releaseReserve?.();
    this.whenNearlyHandedOver();
  }

  /** Waits until every hand-over has its answer, and writes them. */
  async settle(): Promise<void> {
    if (this.unanswered > 0) {
      await new Promise<void>((answered) => {
        this.whenAnswered = answered;
      });
    }
    const { ctx, chunk, outcomes, breaker, gateway, writes } = this;
    await settleOutcomes(ctx, chunk, outcomes, {
      breaker: breaker.state,
      isIdempotent: gateway.idempotent,
      ...(writes && writes.count > 0 && { writes }),
    });
  }

  /** A lane with a rate: each message in a slot of its own. */
  private async sendInSlots(slots: Slots): Promise<void> {
    const { semaphore, clearance, order } = this;
    while (await this.hasMore()) {
      if (!(await slots.reach(order.slice(this.handed)))) return;
      if (!semaphore.tryAcquire(true)) await new Promise<void>((taken) => semaphore.acquire(taken, true));
      let verdict = clearance.check();
      if (verdict === "stale") verdict = await clearance.checkFresh();
      const slotMs = verdict === "go" ? slots.take(order[this.handed]!) : undefined;
      if (slotMs !== undefined) this.send(slotMs);
      else semaphore.release();
      if (verdict === "stop") return;
    }
  }

  /**
   * Is there one to hand over? What is withheld comes back. No more are undecided at once than are
   * due within one slot's lateness: if all of them were held up, each would find the time that it
   * could still go in taken by the others.
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

  /**
   * A lane without a rate: as fast as places come free. Called with one taken, again and again
   * until all are handed over or one may not be.
   */
  private sendFreely = (verdict: Verdict = this.clearance.check()): void => {
    const { clock, dueSlots } = this.ctx;
    while (verdict === "go") {
      this.send();
      if (this.handed === this.order.length) {
        this.whenHandedOver();
        return;
      }
      if (dueSlots.any && dueSlots.isOverdue(clock.now())) {
        // A paced message waits for this round of events to end; one of ours goes with each round.
        setImmediate(() => this.semaphore.acquire(this.sendFreely));
        return;
      }
      if (!this.semaphore.tryAcquire()) {
        this.semaphore.acquire(this.sendFreely);
        return;
      }
      verdict = this.clearance.check();
    }
    if (verdict === "stale") {
      this.clearance.checkFresh().then(this.sendFreely, this.whenFailed);
      return;
    }
    this.semaphore.release();
    this.whenHandedOver();
  };

  /** Hands the next message over. Its place is taken. */
  private send(slotMs?: number): void {
    const { ctx, chunk, gateway, breaker } = this;
    const sentMs = ctx.clock.now();
    breaker.state = recordHandOver(breaker.state, sentMs);
    const index = this.order[this.handed++]!;
    if (this.handed === this.nearly) this.whenNearlyHandedOver();
    this.unanswered++;
    this.undecided++;
    const untilMs = chunk.validUntilMs?.[index] ?? validUntilMs(chunk.lane, chunk.hours);
    const message = {
      id: chunk.ids[index]!,
      phone: chunk.phones[index]!,
      text: chunk.texts?.[index] ?? chunk.lane.text,
      sender: chunk.lane.sender,
      validUntilMs: untilMs,
      validForMs: untilMs - ctx.databaseClock.toDatabase(sentMs),
    };
    const inFlight = new MessageInFlight(this, message, index, sentMs, slotMs);
    try {
      gateway.send(inFlight);
    } catch (err) {
      log.error(
        { err, gateway: gateway.name },
        "a gateway threw, which none may; the message may have been taken",
      );
      inFlight.over({ kind: "unknown", code: "gateway_fault" });
    }
  }

  /** For a message: it is written in this moment. */
  noteWritten(index: number): void {
    this.held.noteWritten(index);
    const { writes, ctx, chunk } = this;
    if (!writes) return;
    const atMs = ctx.databaseClock.toDatabase(ctx.clock.now());
    writes.count++;
    writes.firstMs = Math.min(writes.firstMs, atMs);
    writes.lastMs = Math.max(writes.lastMs, atMs);
    if (atMs < chunk.hours!.fromMs || atMs >= chunk.hours!.toMs) writes.outside++;
  }

  /** For a message: it was written, or it is over without. */
  noteDecided(): void {
    this.undecided--;
    this.whenDecided?.();
  }

  /** For a message: its outcome is known. */
  noteOutcome({ index, sentMs }: MessageInFlight, outcome: Outcome): void {
    const { ctx, gateway, breaker } = this;
    if (outcome.kind !== "withheld") {
      const nowMs = ctx.clock.now();
      ctx.measure?.(gateway.name, outcome.kind, nowMs - sentMs);
      this.semaphore.measure(nowMs - sentMs);
      const maybeSent = this.chunk.maybeSent?.[index] ?? false;
      const judged = judgeOutcome(breaker.state, outcome, { nowMs, handedOverMs: sentMs, maybeSent });
      breaker.state = judged.breaker;
      this.outcomes[index] = judged.outcome;
    } else if (this.held.isOptedOut(index)) this.outcomes[index] = optedOut;
    else if (this.slots) this.order.push(index);
    if (--this.unanswered === 0) this.whenAnswered?.();
    // What waits for the place goes on within this call, and must find the breaker as it is now.
    this.semaphore.release();
  }
}

/**
 * One message on its way:
 *
 *   handed over ── go ──► written ── over ──► over
 *        └── over (withheld, or never written) ──┘
 */
class MessageInFlight implements HandOver {
  private isDecided = false;
  private isOver = false;
  readonly isPaced: boolean;

  constructor(
    private chunk: ChunkTransmission,
    readonly message: OutgoingMessage,
    readonly index: number,
    readonly sentMs: number,
    private slotMs: number | undefined,
  ) {
    this.isPaced = slotMs !== undefined;
  }

  go(): boolean {
    const may = this.chunk.clearance.recheck(this.index, this.slotMs);
    if (may) {
      this.chunk.noteWritten(this.index);
      this.noteDecided();
    }
    return may;
  }

  over(outcome: Outcome): void {
    if (this.isOver) return;
    this.isOver = true;
    this.chunk.noteOutcome(this, outcome);
    this.noteDecided();
  }

  private noteDecided(): void {
    if (this.isDecided) return;
    this.isDecided = true;
    this.chunk.noteDecided();
  }
}

/**
 * Those that were tried and put off least go first: while a gateway is away, one message after the
 * other probes whether it is back, and what it refuses for its own sake must not stand before the
 * others.
 */
function handOverOrder({ ids, attempts, postponed }: Chunk): number[] {
  const order = ids.map((_, index) => index);
  const tries = (index: number) => attempts![index]! + postponed![index]!;
  return attempts ? order.sort((a, b) => tries(a) - tries(b)) : order;
}
