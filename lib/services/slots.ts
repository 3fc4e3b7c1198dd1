import { delayNextSlot, reserveSlots } from "@/db/lanes";
import { CLAIM_HORIZON_MS, firstFreeSlotMs, gapMs, SLOT_LATE_MS_MAX, slotsBefore } from "@/lib/domain/pacing";
import { type HandOverTicket, RateWindow } from "@/lib/domain/rate-window";
import { log } from "@/lib/log";
import type { Chunk } from "./claim-chunk";
import type { SendingContext } from "./sending-context";

/** Slots that are so much later than they were to be when they were reserved: the database's clock has stepped back, and others have them now. */
const STEPPED_MS = 1_000;

/**
 * The chunk's slots. One that was missed by more than a few milliseconds is forfeited, and so is one that others, which went out later than
 * they were meant to, leave no room for; when none is left, new ones are reserved.
 */
export class Slots {
  private firstMs: number;
  /** Slots behind us, used or forfeited. */
  private passed = 0;
  private count: number;
  /** When the last of them was to be, by the clocks of the moment they were reserved. */
  private lastLocalMs: number;
  private window: RateWindow;

  constructor(
    private ctx: SendingContext,
    private chunk: Chunk,
    private rate: number,
  ) {
    this.firstMs = chunk.plan.firstSlotMs;
    this.count = chunk.ids.length;
    this.lastLocalMs = this.localMs(this.count);
    this.window = windowOf(ctx, chunk.lane.operatorNo);
  }

  nextLocalMs(): number {
    return this.localMs(this.passed);
  }

  private localMs(slot: number): number {
    return this.ctx.databaseClock.toLocal(this.firstMs + slot * this.chunk.plan.stepMs);
  }

  isMissed(): boolean {
    return this.ctx.clock.now() > this.nextLocalMs() + SLOT_LATE_MS_MAX;
  }

  hasRoom(): boolean {
    return this.roomMs() <= this.ctx.clock.now();
  }

  /** Uses the next slot. */
  use(): HandOverTicket {
    const ticket = this.window.begin(this.chunk.lane.segments, this.nextLocalMs());
    this.passed++;
    return ticket;
  }

  /** A message went out late: others keep their distance. What cannot be told in time costs punctuality, not a message. */
  moveOthers(ms: number): void {
    const { db } = this.ctx;
    delayNextSlot(db.sql, this.chunk.lane.operatorNo, ms).catch((err) =>
      log.warn({ err, ms }, "the slots after a late message could not be moved"),
    );
  }

  private roomMs(): number {
    return this.window.roomAtMs(this.ctx.clock.now(), this.chunk.lane.segments, this.rate);
  }

  /**
   * Waits for the next slot that can be kept. False: there is none before the window's end, or the process stops.
   * @param wanted how many new ones to reserve when none is left
   */
  async reach(wanted: number): Promise<boolean> {
    for (;;) {
      if (this.localMs(this.count) > this.lastLocalMs + STEPPED_MS) this.passed = this.count;
      while (this.passed < this.count && this.isMissed()) this.passed++;
      if (this.passed >= this.count && !(await this.reserveMore(wanted))) return false;
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

  private async reserveMore(wanted: number): Promise<boolean> {
    const { lane, plan } = this.chunk;
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
    this.lastLocalMs = this.localMs(this.count);
    return true;
  }
}

function windowOf(ctx: SendingContext, operatorNo: number): RateWindow {
  const window = ctx.windows.get(operatorNo) ?? new RateWindow();
  ctx.windows.set(operatorNo, window);
  return window;
}
