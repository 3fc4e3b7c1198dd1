import { validUntilMs } from "@/db/sending/claim";
import { reserveSlots } from "@/db/sending/slots";
import { CLOCK_ERROR_MS_MAX, isInSlot, lengthMs, planMore, SlotRow } from "@/lib/domain/pacing";
import { type Chunk, HAND_OVER_MS_MAX } from "./claim-chunk";
import type { SendingContext } from "./sending-context";

/**
 * The slots lie much later now than when they were reserved: the database's clock has stepped back,
 * and other lanes have these slots.
 */
const STEPPED_MS = 1_000;
/** After so many rows in which nothing was written a wide slot is reserved. */
const MISSES_MAX = 3;

/** The chunk's slots; when none is left, new ones are reserved. */
export class Slots {
  private row: SlotRow;
  /** When the row was to end, by the clocks of the moment it was reserved. */
  private endLocalMs: number;
  /** Rows since something was written. */
  private rows = 1;

  constructor(
    private ctx: SendingContext,
    private chunk: Chunk,
  ) {
    const tookMs = chunk.ids.reduce((sum, _, index) => sum + this.lengthMs(index), 0);
    this.row = new SlotRow(chunk.plan.firstSlotMs, tookMs);
    this.endLocalMs = ctx.databaseClock.toLocal(this.row.endMs(0));
  }

  nextLocalMs(): number {
    return this.ctx.databaseClock.toLocal(this.row.nextMs);
  }

  /**
   * Waits until a message may be written. False: there is no slot before the window's end, the
   * process stops, or the chunk's time is over.
   * @param wanted the messages that have none, the next first: slots for them are reserved when
   *   none is left
   */
  async reach(wanted: number[]): Promise<boolean> {
    const length = this.lengthMs(wanted[0]!);
    const { clock, databaseClock, dueSlots, stopping } = this.ctx;
    while (!stopping.aborted && clock.now() < this.chunk.askedMs + HAND_OVER_MS_MAX) {
      const [nowMs, errorMs] = this.now();
      const isOthers = databaseClock.toLocal(this.row.endMs(0)) > this.endLocalMs + STEPPED_MS;
      if (isOthers || this.row.isOver(nowMs, errorMs, length)) {
        if (!(await this.reserveMore(wanted))) return false;
        continue;
      }
      const isSharp = errorMs <= CLOCK_ERROR_MS_MAX;
      if (isSharp && nowMs >= this.row.nextMs + errorMs) return true;
      // The error of that moment is a little more than that of now.
      const dueMs = isSharp
        ? this.nextLocalMs() + databaseClock.errorMs(this.nextLocalMs() + errorMs)
        : databaseClock.toLocal(this.row.endMs(length));
      dueSlots.set(this, dueMs);
      await clock.sleepUntil(dueMs, stopping);
      dueSlots.set(this, undefined);
    }
    return false;
  }

  /** A slot for a message that is handed over now. */
  take(index: number): number | undefined {
    return this.row.take(...this.now(), this.lengthMs(index));
  }

  /**
   * A message is about to be written. False: it is too late for its slot, and there is no other for
   * it now.
   */
  write(index: number, slotMs: number): boolean {
    const may = isInSlot(slotMs, ...this.now()) || this.take(index) !== undefined;
    if (may) this.rows = 0;
    return may;
  }

  private lengthMs = (index: number): number => lengthMs(this.chunk.plan, this.segmentsOf(index));

  private segmentsOf = (index: number): number => this.chunk.segments?.[index] ?? this.chunk.lane.segments;

  /** The database's time, and by how much it may be wrong. */
  private now(): [nowMs: number, errorMs: number] {
    const localMs = this.ctx.clock.now();
    return [this.ctx.databaseClock.toDatabase(localMs), this.ctx.databaseClock.errorMs(localMs)];
  }

  private async reserveMore(wanted: number[]): Promise<boolean> {
    const { lane, plan, hours } = this.chunk;
    const isWide = this.rows >= MISSES_MAX;
    const row = { ...plan, rate: lane.rate, endMs: validUntilMs(lane, hours) };
    const got = await reserveSlots(this.ctx.db.sql, lane.operatorNo, plan.slots, (operator) =>
      planMore(operator, row, wanted.map(this.segmentsOf), isWide),
    );
    if (!got) return false;
    this.rows++;
    this.row = new SlotRow(got.firstSlotMs, got.nextSlotMs - got.firstSlotMs);
    this.endLocalMs = this.ctx.databaseClock.toLocal(this.row.endMs(0));
    return true;
  }
}
