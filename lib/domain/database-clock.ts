/**
 * This process's estimate of the database's clock. Everything is in milliseconds; `local` is the
 * monotonic clock of this process.
 */

interface Sample {
  /**
   * The database's clock minus the local one, taking each answer as given in the middle of its
   * round trip.
   */
  offsetMs: number;
  /** How wrong `offsetMs` may be, were there no drift. */
  errorMs: number;
  /** When it was asked. The database may have answered at once, and have drifted since. */
  askedMs: number;
}

/**
 * The first estimate needs this many answers. So does the first one after a long standstill, and
 * after a step of the clock.
 */
const FIRST_SAMPLES = 5;
const QUIET_MS_MAX = 10_000;
/** How fast two clocks may drift apart, in milliseconds a millisecond. */
const DRIFT = 0.0005;
/**
 * For this long after a step forward of less than a second, slots lie too close to those before the
 * step.
 */
const STEPPED_MS = 1_020;

/**
 * Estimates the database's clock from questions and answers, like NTP. An answer proves that the
 * offset lies within its round trip; the proof gets weaker with time. The sharpest answer counts,
 * until an answer proves that the database's clock was stepped.
 */
export class DatabaseClock {
  private best: Sample | undefined;
  private samples = 0;
  private learntMs = 0;
  private steppedMs = Number.NEGATIVE_INFINITY;

  /**
   * @param sentMs when the question was sent, by the local clock
   * @param receivedMs when the answer came, by the local clock
   */
  learn(sentMs: number, receivedMs: number, databaseMs: number): void {
    const sample = {
      offsetMs: databaseMs - (sentMs + receivedMs) / 2,
      errorMs: (receivedMs - sentMs) / 2,
      askedMs: sentMs,
    };
    const errorMs = errorMsAt(sample, receivedMs);
    const bestErrorMs = this.best ? errorMsAt(this.best, receivedMs) : Number.POSITIVE_INFINITY;
    const apartMs = sample.offsetMs - (this.best?.offsetMs ?? 0);
    const isStep = Math.abs(apartMs) > errorMs + bestErrorMs;
    if (isStep && apartMs > 0) this.steppedMs = receivedMs;
    // A process that stood still must not learn from questions that it asked before: such an answer
    // may be wrong by half of the standstill.
    const isAnew = isStep || receivedMs - this.learntMs > QUIET_MS_MAX;
    if (isAnew) this.samples = 0;
    if (isAnew || errorMs <= bestErrorMs) this.best = sample;
    this.samples++;
    this.learntMs = receivedMs;
  }

  /** Are there enough answers to send by? */
  isKnown(): boolean {
    return this.samples >= FIRST_SAMPLES;
  }

  /**
   * How wrong the estimate may be at the local instant; Infinity while it says nothing about the
   * distance between two messages.
   */
  errorMs(localMs: number): number {
    if (!this.best || !this.isKnown() || localMs < this.steppedMs + STEPPED_MS)
      return Number.POSITIVE_INFINITY;
    return errorMsAt(this.best, localMs);
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
    return this.best.offsetMs;
  }
}

const errorMsAt = ({ errorMs, askedMs }: Sample, atMs: number) =>
  errorMs + DRIFT * Math.max(0, atMs - askedMs);
