import type { Sql } from "@/db/client";
import { type LaneGateRow, readLaneGates, readOptedOut } from "@/db/sending/lanes";
import type { DatabaseClock } from "@/lib/domain/database-clock";
import { CLOCK_ERROR_MS_MAX } from "@/lib/domain/pacing";
import { HeldMessages } from "./held-messages";
import type { LocalClock } from "./local-clock";

const POLL_MS = 250;
/**
 * And so often while the answers do not tell the database's time well enough to keep a rate by it.
 */
const BLIND_POLL_MS = 20;
/** A copy asked for longer ago than this permits nothing: a pause must bite within a second. */
const COPY_AGE_MS_MAX = 700;

export type Gate = "open" | "closed" | "stale";

interface Copy extends LaneGateRow {
  sentMs: number;
  sentTimeOfDayMs: number;
}

/**
 * This process's copy of the state of the lanes it sends for, read anew every 250 ms in one
 * statement for all of them. Before every transmission a sender asks {@link check}: without a fresh
 * copy nothing goes out. The statement also says whether anybody was suppressed lately; then the
 * recipients of what is held are asked for.
 */
export class LaneGates {
  private watched = new Map<number, number>();
  private copies = new Map<number, Copy>();
  private held = new Set<HeldMessages>();
  private lastSuppression: string | null = null;
  private polling: Promise<void> | undefined;
  private nextPollMs = 0;

  constructor(
    private sql: Sql,
    private clock: LocalClock,
    private databaseClock: DatabaseClock,
    private onError: (error: unknown) => void,
  ) {}

  /** Watches a lane until the returned function is called. */
  watch(laneNo: number): () => void {
    this.watched.set(laneNo, (this.watched.get(laneNo) ?? 0) + 1);
    this.polling ??= this.poll();
    return () => {
      const left = (this.watched.get(laneNo) ?? 1) - 1;
      if (left > 0) this.watched.set(laneNo, left);
      else {
        this.watched.delete(laneNo);
        this.copies.delete(laneNo);
      }
    };
  }

  /** Asks who of a chunk's recipients has opted out, until it is let go of. */
  hold(chunk: { ids: string[]; askedMs: number }): HeldMessages {
    const held = new HeldMessages(chunk.ids, this.clock, chunk.askedMs);
    this.held.add(held);
    return held;
  }

  letGo(held: HeldMessages): void {
    this.held.delete(held);
  }

  /** Is it known well enough who of them has opted out? */
  isFresh(held: HeldMessages, nowMs: number): boolean {
    return held.ageMs(nowMs, this.clock.timeOfDay()) < COPY_AGE_MS_MAX;
  }

  /**
   * May a message of the lane go out at `nowMs` (local)?
   * @param claimed what held when it was claimed: the rate that its slots were made for, the
   *   version of the quiet hours, and the end of its recipient's hours
   */
  check(
    laneNo: number,
    claimed: { rate: number | null; quietVersion: number; untilMs: number },
    nowMs: number,
  ): Gate {
    const copy = this.copies.get(laneNo);
    if (!copy || !this.databaseClock.isKnown()) return "stale";
    // The process's own clock stands still while the machine sleeps; a time of day that was set
    // meanwhile costs no more than another look.
    const ageMs = Math.max(nowMs - copy.sentMs, this.clock.timeOfDay() - copy.sentTimeOfDayMs);
    if (ageMs >= COPY_AGE_MS_MAX) return "stale";
    // The latest the database's clock can be: as if the whole round trip had passed after it was
    // read.
    const latestMs = copy.nowMs + ageMs;
    if (!copy.open || latestMs >= copy.endMs || latestMs >= claimed.untilMs) return "closed";
    if (copy.quietVersion !== claimed.quietVersion) return "closed";
    // Slots made for another rate are no good: slower, they would exceed it; faster, they would
    // mingle with those of the new one.
    return copy.rate === claimed.rate ? "open" : "closed";
  }

  /** Resolves when the lane's copy may have become fresher. */
  async fresher(laneNo: number): Promise<void> {
    if (!this.watched.has(laneNo)) throw new Error(`lane ${laneNo} is not watched`);
    await this.clock.sleepUntil(this.clock.now() + 10);
  }

  private async poll(): Promise<void> {
    while (this.watched.size > 0) {
      const sentMs = this.clock.now();
      const sentTimeOfDayMs = this.clock.timeOfDay();
      this.nextPollMs = sentMs + POLL_MS;
      try {
        const rows = await readLaneGates(this.sql, [...this.watched.keys()]);
        const receivedMs = this.clock.now();
        if (rows[0]) this.databaseClock.learn(sentMs, receivedMs, rows[0].nowMs);
        if (!this.databaseClock.isKnown()) this.nextPollMs = sentMs;
        else if (this.databaseClock.errorMs(receivedMs) >= CLOCK_ERROR_MS_MAX)
          this.nextPollMs = sentMs + BLIND_POLL_MS;
        if (rows[0]) await this.askWhoOptedOut(rows[0], sentMs, sentTimeOfDayMs);
        for (const row of rows) {
          if (this.watched.has(row.laneNo)) this.copies.set(row.laneNo, { ...row, sentMs, sentTimeOfDayMs });
        }
      } catch (error) {
        this.onError(error);
      }
      // A lane that was added meanwhile is read soon.
      while (
        this.clock.now() < this.nextPollMs &&
        [...this.watched.keys()].every((no) => this.copies.has(no))
      ) {
        await this.clock.sleepUntil(Math.min(this.nextPollMs, this.clock.now() + 20));
      }
      await this.clock.sleepUntil(this.clock.now() + 1);
    }
    this.polling = undefined;
  }

  /**
   * What is held is asked about while somebody was suppressed lately: numbers of suppressions are
   * given before they are committed, and a clock may step, so neither says it alone.
   */
  private async askWhoOptedOut(row: LaneGateRow, sentMs: number, sentTimeOfDayMs: number): Promise<void> {
    const held = [...this.held];
    if (row.suppressedLately || row.lastSuppression !== this.lastSuppression) {
      const ids = held.flatMap((messages) => messages.unwritten());
      const optedOut = ids.length > 0 ? await readOptedOut(this.sql, ids) : [];
      for (const id of optedOut) for (const messages of held) messages.noteOptedOut(id);
      this.lastSuppression = row.lastSuppression;
    }
    for (const messages of held) messages.noteAsked(sentMs, sentTimeOfDayMs);
  }
}
