/** What this process knows of the database's clock. Everything is in milliseconds; `local` is this process's own monotonic clock. */

interface Sample {
  sentMs: number;
  receivedMs: number;
  databaseMs: number;
}

const SAMPLE_AGE_MS_MAX = 10_000;
/** So many answers make a first estimate; until then it may still jump. */
const FIRST_SAMPLES = 5;
/** How fast the estimate may move afterwards, in milliseconds a millisecond: slots that moved together at once would break a rate. */
const SLEW = 0.002;

/**
 * Estimates the database's clock from questions and answers, like NTP: an answer proves that the offset lies within its round trip, and the
 * quickest recent answer is the sharpest. What a sharper answer teaches is taken over slowly; only an answer that no offset of the last one
 * allows (the database's clock was stepped) replaces the estimate at once.
 */
export class DatabaseClock {
  private best: Sample | undefined;
  private estimate: number | undefined;
  private samples = 0;
  private learntMs = 0;

  /** @param sentMs when the question was sent, @param receivedMs when the answer came, both local */
  learn(sentMs: number, receivedMs: number, databaseMs: number): void {
    const sample = { sentMs, receivedMs, databaseMs };
    // A process that stood still learns from nothing that it asked before: such an answer may be wrong by half of the standstill.
    if (receivedMs - this.learntMs > SAMPLE_AGE_MS_MAX) this.forget();
    const { best } = this;
    const isStep = best !== undefined && (latestOffset(sample) < earliestOffset(best) || earliestOffset(sample) > latestOffset(best));
    const isOld = best !== undefined && receivedMs - best.receivedMs > SAMPLE_AGE_MS_MAX;
    if (isStep) this.samples = 0;
    if (!best || isStep || isOld || receivedMs - sentMs <= best.receivedMs - best.sentMs) this.best = sample;
    const target = (earliestOffset(this.best!) + latestOffset(this.best!)) / 2;
    if (this.estimate === undefined || isStep || this.samples < FIRST_SAMPLES) this.estimate = target;
    else {
      const move = Math.max(0, receivedMs - this.learntMs) * SLEW;
      this.estimate += Math.max(-move, Math.min(move, target - this.estimate));
    }
    this.samples++;
    this.learntMs = receivedMs;
  }

  private forget(): void {
    this.best = undefined;
    this.samples = 0;
  }

  /** Has it been asked often enough to send by? */
  isKnown(): boolean {
    return this.samples >= FIRST_SAMPLES;
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
    if (this.estimate === undefined) throw new Error("The database's clock has not been read yet.");
    return this.estimate;
  }
}

const earliestOffset = ({ receivedMs, databaseMs }: Sample) => databaseMs - receivedMs;
const latestOffset = ({ sentMs, databaseMs }: Sample) => databaseMs - sentMs;
