import { SLOT_LATE_MS_MAX } from "@/lib/domain/pacing";

const LATENCY_MS_AT_START = 50;
/** The share of one answer in the estimate of the latency. */
const ANSWER_SHARE = 1 / 16;

/**
 * A counting semaphore over a gateway's connections: a message is checked when its place is free,
 * not before it queues. Paced messages, which have no time to wait, come first, and others leave
 * free what those need.
 */
export class Semaphore {
  private waiting: (() => void)[] = [];
  private waitingPaced: (() => void)[] = [];
  private free: number;
  private isServing = false;
  /** How long a hand-over takes, about. */
  private latencyMs = LATENCY_MS_AT_START;
  /** Operators with a rate: messages a second, and chunks under way. */
  private paced = new Map<number, { perSecond: number; chunks: number }>();

  constructor(readonly max: number) {
    this.free = max;
  }

  /** How many are taken. */
  get taken(): number {
    return this.max - this.free;
  }

  /**
   * What paced messages need at once: two at least, and what falls due together after a standstill.
   */
  get pacedNeed(): number {
    if (this.paced.size === 0) return 0;
    let perSecond = 0;
    for (const operator of this.paced.values()) perSecond += operator.perSecond;
    return 1 + Math.ceil((perSecond * (this.latencyMs + SLOT_LATE_MS_MAX)) / 1_000);
  }

  /**
   * Keeps free what so many messages a second of the operator need, until the returned function is
   * called.
   */
  reserveFor(operatorNo: number, perSecond: number): () => void {
    const chunks = (this.paced.get(operatorNo)?.chunks ?? 0) + 1;
    this.paced.set(operatorNo, { perSecond, chunks });
    return () => {
      const operator = this.paced.get(operatorNo)!;
      if (--operator.chunks === 0) this.paced.delete(operatorNo);
      this.serve();
    };
  }

  /** An answer took so long. */
  measure(tookMs: number): void {
    this.latencyMs += (tookMs - this.latencyMs) * ANSWER_SHARE;
  }

  /** False: none is free, or others have waited for it longer, and {@link acquire} asks for one. */
  tryAcquire(isPaced = false): boolean {
    if (!this.isFree(isPaced) || this.waitingPaced.length > 0 || (!isPaced && this.waiting.length > 0))
      return false;
    this.free--;
    return true;
  }

  /**
   * Calls back when there is a place, which is then taken; in the order of asking, the paced first.
   */
  acquire(taken: () => void, isPaced = false): void {
    (isPaced ? this.waitingPaced : this.waiting).push(taken);
    this.serve();
  }

  release(): void {
    this.free++;
    this.serve();
  }

  /** However much paced messages need, half of all is for everybody. */
  private isFree(isPaced: boolean): boolean {
    return this.free > (isPaced ? 0 : Math.min(this.pacedNeed, this.max >> 1));
  }

  private nextWaiting(): (() => void) | undefined {
    if (this.waitingPaced.length > 0) return this.isFree(true) ? this.waitingPaced.shift() : undefined;
    return this.waiting.length > 0 && this.isFree(false) ? this.waiting.shift() : undefined;
  }

  /**
   * What is served may give its place back at once: this loop sees it, not a call within a call.
   */
  private serve(): void {
    if (this.isServing) return;
    this.isServing = true;
    try {
      for (let taken = this.nextWaiting(); taken; taken = this.nextWaiting()) {
        this.free--;
        taken();
      }
    } finally {
      this.isServing = false;
    }
  }
}

/** The semaphore of a gateway's connections: one a process. */
export function semaphoreOf(
  all: Map<string, Semaphore>,
  gateway: { name: string; connectionsMax: number },
): Semaphore {
  const semaphore = all.get(gateway.name) ?? new Semaphore(gateway.connectionsMax);
  all.set(gateway.name, semaphore);
  return semaphore;
}
