/** What this process knows of the database's clock. Everything is in milliseconds; `local` is this process's own monotonic clock. */

interface Sample {
  sentMs: number;
  receivedMs: number;
  databaseMs: number;
}

const SAMPLE_AGE_MS_MAX = 10_000;

/**
 * Estimates the database's clock from questions and answers, like NTP: an answer proves that the offset lies within its round trip, and the
 * quickest recent answer is the sharpest. A sample that contradicts the estimate (the database's clock was stepped) replaces it at once.
 */
export class DatabaseClock {
  private best: Sample | undefined;

  /** @param sentMs when the question was sent, @param receivedMs when the answer came, both local */
  learn(sentMs: number, receivedMs: number, databaseMs: number): void {
    const { best } = this;
    const sample = { sentMs, receivedMs, databaseMs };
    if (!best || receivedMs - best.receivedMs > SAMPLE_AGE_MS_MAX) this.best = sample;
    else {
      const offset = offsetOf(best);
      const contradicts = offset > databaseMs - sentMs || offset < databaseMs - receivedMs;
      if (contradicts || receivedMs - sentMs <= best.receivedMs - best.sentMs) this.best = sample;
    }
  }

  /** The local instant at which the database's clock shows `databaseMs`. */
  toLocal(databaseMs: number): number {
    return databaseMs - this.offset();
  }

  /** What the database's clock shows at the local instant. */
  toDatabase(localMs: number): number {
    return localMs + this.offset();
  }

  private offset(): number {
    if (!this.best) throw new Error("The database's clock has not been read yet.");
    return offsetOf(this.best);
  }
}

const offsetOf = ({ sentMs, receivedMs, databaseMs }: Sample) => databaseMs - (sentMs + receivedMs) / 2;
