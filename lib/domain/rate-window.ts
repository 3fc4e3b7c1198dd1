import { SLOT_LATE_MS_MAX, WRITE_LATE_MS_MAX } from "./pacing";

/** A little more than a second: two readings of a clock that far apart are a second apart to every listener. */
const WINDOW_MS = 1001;
/** For so long room that was made for one late message serves the next ones, too. */
const ROOM_MADE_MS = 500;

/** One hand-over. It counts from the moment it begins, for nobody knows yet when it will really go out. */
export interface HandOverTicket {
  /**
   * It would be written now.
   * @returns undefined: too late, it must not be; else it goes, and the operator's slots that nobody has reserved yet must move by so many
   *   milliseconds: another process, which knows nothing of this one's lateness, would come too close behind it
   */
  go(nowMs: number): number | undefined;
  /** Its outcome is known. @param isGone false: it was not written, and takes no room */
  over(nowMs: number, isGone: boolean): void;
}

/**
 * What this process really handed over to one operator within the last second. Slots say when a message is meant to go; a new connection or
 * a busy processor can hold it up after its slot was kept, and those behind it, which are punctual, would then arrive too close to it.
 * Instants are milliseconds of the process's own monotonic clock.
 */
export class RateWindow {
  private gone: { atMs: number; segments: number }[] = [];
  private made: { atMs: number; ms: number }[] = [];
  private sum = 0;
  private pending = 0;

  /** The first instant at which so many segments more stay within the rate; Infinity while that hangs on one that is not written yet. */
  roomAtMs(nowMs: number, segments: number, rate: number): number {
    this.forget(nowMs);
    // A message longer than a second's rate goes alone.
    let excess = this.sum + this.pending + segments - Math.max(rate, segments);
    if (excess <= 0) return nowMs;
    for (const entry of this.gone) {
      excess -= entry.segments;
      if (excess <= 0) return entry.atMs + WINDOW_MS;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** @param slotMs when it was meant to go */
  begin(segments: number, slotMs: number): HandOverTicket {
    let isWritten = false;
    this.pending += segments;
    const write = (nowMs: number) => {
      isWritten = true;
      this.pending -= segments;
      this.gone.push({ atMs: nowMs, segments });
      this.sum += segments;
    };
    return {
      go: (nowMs) => {
        if (nowMs > slotMs + WRITE_LATE_MS_MAX) return undefined;
        write(nowMs);
        return this.makeRoom(nowMs, nowMs - slotMs - SLOT_LATE_MS_MAX);
      },
      over: (nowMs, isGone) => {
        if (isWritten) return;
        if (isGone) write(nowMs);
        else this.pending -= segments;
      },
    };
  }

  /** @returns what is missing of so much room after the rooms made a moment ago */
  private makeRoom(nowMs: number, wantedMs: number): number {
    while (this.made[0] && nowMs - this.made[0].atMs >= ROOM_MADE_MS) this.made.shift();
    const missingMs = wantedMs - this.made.reduce((sum, { ms }) => sum + ms, 0);
    if (missingMs <= 0) return 0;
    this.made.push({ atMs: nowMs, ms: missingMs });
    return missingMs;
  }

  private forget(nowMs: number): void {
    while (this.gone[0] && nowMs - this.gone[0].atMs >= WINDOW_MS) this.sum -= this.gone.shift()!.segments;
  }
}
