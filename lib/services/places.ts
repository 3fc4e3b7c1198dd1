/** A counting semaphore over a gateway's connections: a message is checked when its place is free, not before it queues. */
export class Places {
  private waiting: (() => void)[] = [];
  private free: number;
  private isServing = false;

  constructor(readonly max: number) {
    this.free = max;
  }

  /** How many are taken. */
  get taken(): number {
    return this.max - this.free;
  }

  /** False: none is free, or others have waited for it longer, and {@link wait} asks for one. */
  tryTake(): boolean {
    if (this.free === 0 || this.waiting.length > 0) return false;
    this.free--;
    return true;
  }

  /** Calls back when there is a place, which is then taken; in the order of asking. */
  wait(taken: () => void): void {
    this.waiting.push(taken);
    this.serve();
  }

  give(): void {
    this.free++;
    this.serve();
  }

  /** Whoever is served may give a place back at once: that is seen here, not by a call within a call within a call. */
  private serve(): void {
    if (this.isServing) return;
    this.isServing = true;
    try {
      while (this.free > 0 && this.waiting.length > 0) {
        this.free--;
        this.waiting.shift()!();
      }
    } finally {
      this.isServing = false;
    }
  }
}
