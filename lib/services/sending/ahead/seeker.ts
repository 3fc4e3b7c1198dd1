import { passOver, readSeekLane, type SeekLane, type Sought, seekAudience } from "@/db/sending/seek";
import type { SendingContext } from "@/lib/services/sending/sending-context";

/** Whom a claim is to take, and where the lane is after it. */
export interface Found {
  nos: string[];
  cursor: string;
  drained: boolean;
}

/** So many are sought at once. A chunk has no more. */
const FOUND_MAX = 1_000;
/**
 * What was found is believed for so long: a slow lane must not pass over somebody who was given the
 * tag meanwhile.
 */
const FOUND_MS_MAX = 2_000;
/**
 * After a step without anybody it rests for so many times as long as the step took: the database's
 * processors are those that paced lanes need in time, and a dispatch seeks for each operator.
 */
const REST_FACTOR = 2;
const REST_MS_MAX = 200;

/**
 * Seeks ahead of the claims of one turn, for a dispatch with terms. What it found are candidates:
 * the claim asks all conditions again, under its locks.
 */
export class Seeker {
  private cursor: string;
  private drained: boolean;
  private sought: (Sought & { atMs: number }) | undefined;
  /** The lane goes by time zones: its claims look for recipients themselves. */
  isLeft = false;

  private constructor(
    private ctx: SendingContext,
    private laneNo: number,
    private turnToken: string,
    private turnMs: number,
    private lane: SeekLane,
  ) {
    this.cursor = lane.cursor;
    this.drained = lane.drained;
  }

  /** @throws when its dispatch has no terms: without them everybody would get it */
  static async open(ctx: SendingContext, laneNo: number, turnToken: string, turnMs: number): Promise<Seeker> {
    const lane = await readSeekLane(ctx.db.sql, laneNo);
    if (!lane) throw new Error(`the dispatch of lane ${laneNo} has lost its terms`);
    return new Seeker(ctx, laneNo, turnToken, turnMs, lane);
  }

  get terms() {
    return this.lane.terms;
  }

  /**
   * One step, unless somebody is known still.
   * @returns whether there is something to claim, or to be asked of the rows; false: look again
   */
  async step(): Promise<boolean> {
    const nowMs = this.ctx.clock.now();
    if (this.sought && nowMs - this.sought.atMs > FOUND_MS_MAX) this.sought = undefined;
    if (this.drained || this.sought) return true;
    const { sql } = this.ctx.db;
    const sought = await seekAudience(sql, this.lane, this.cursor, FOUND_MAX);
    if (sought.nos.length > 0) {
      this.sought = { ...sought, atMs: nowMs };
      return true;
    }
    const passed = await passOver(sql, this.laneNo, this.turnToken, {
      from: this.cursor,
      to: sought.reach,
      drained: sought.isEnd,
      turnMs: this.turnMs,
    });
    // Closed, lost or moved: the claim finds out which.
    if (!passed) return true;
    this.cursor = sought.reach;
    this.drained = sought.isEnd;
    if (this.drained || passed.retryIsDue) return true;
    const { clock, stopping } = this.ctx;
    const endedMs = clock.now();
    await clock.sleepUntil(endedMs + Math.min(REST_FACTOR * (endedMs - nowMs), REST_MS_MAX), stopping);
    return false;
  }

  /**
   * Whom to take at most, of a lane whose cursor is there; undefined when none is known. A cursor
   * that somebody else moved is sought from anew.
   */
  find(cursor: string, limit: number): Found | undefined {
    if (cursor !== this.cursor) {
      this.cursor = cursor;
      this.sought = undefined;
    }
    this.drained = false;
    if (!this.sought) return undefined;
    const { nos, reach, isEnd } = this.sought;
    if (nos.length > limit) return { nos: nos.slice(0, limit), cursor: nos[limit - 1]!, drained: false };
    return { nos, cursor: reach, drained: isEnd };
  }

  /** The claim of those went through. */
  took(found: Found): void {
    this.cursor = found.cursor;
    this.drained = found.drained;
    const left = this.sought?.nos.slice(found.nos.length) ?? [];
    this.sought = left.length > 0 && this.sought ? { ...this.sought, nos: left } : undefined;
  }
}
