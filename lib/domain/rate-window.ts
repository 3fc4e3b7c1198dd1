/** A little more than a second: two readings of a clock that far apart are a second apart to every listener. */
const WINDOW_MS = 1001;

/** One hand-over. It counts from the moment it begins, for nobody knows yet when it will really go out. */
export interface HandOverTicket {
  /** It went out now. Called again (a connection broke before it was written), the last time counts. */
  written(nowMs: number): void;
  /** Its outcome is known. One that was never said to be written counts as if it went out now. */
  over(nowMs: number): void;
}

/**
 * What this process really handed over to one operator within the last second. Slots say when a message is meant to go; a new connection or
 * a busy processor can hold it up after its slot was kept, and those behind it, which are punctual, would then arrive too close to it.
 * Instants are milliseconds of the process's own monotonic clock.
 */
export class RateWindow {
  private gone: { atMs: number; segments: number }[] = [];
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

  begin(segments: number): HandOverTicket {
    let entry: { atMs: number; segments: number } | undefined;
    this.pending += segments;
    const written = (nowMs: number) => {
      if (entry) {
        // It left the log or counts no more where it stood: both are made good by counting it anew.
        const index = this.gone.indexOf(entry);
        if (index >= 0) this.sum -= this.gone.splice(index, 1)[0]!.segments;
      } else this.pending -= segments;
      entry = { atMs: nowMs, segments };
      this.gone.push(entry);
      this.sum += segments;
    };
    return { written, over: (nowMs) => (entry ? undefined : written(nowMs)) };
  }

  private forget(nowMs: number): void {
    while (this.gone[0] && nowMs - this.gone[0].atMs >= WINDOW_MS) this.sum -= this.gone.shift()!.segments;
  }
}
