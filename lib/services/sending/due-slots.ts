/** A slot allows 18 ms of lateness; other work of the process may use up so much of it. */
const OVERDUE_MS = 3;

/** When the next paced message of this process is due: lanes without slots let it go first. */
export class DueSlots {
  private due = new Map<object, number>();
  private nextMs = Number.POSITIVE_INFINITY;

  /** @param dueMs undefined: the sleeper is awake */
  set(sleeper: object, dueMs: number | undefined): void {
    if (dueMs === undefined) this.due.delete(sleeper);
    else this.due.set(sleeper, dueMs);
    this.nextMs = Math.min(...this.due.values());
  }

  /** False: nobody waits for one, and there is nothing to ask. */
  get any(): boolean {
    return this.due.size > 0;
  }

  isOverdue(nowMs: number): boolean {
    return nowMs > this.nextMs + OVERDUE_MS;
  }
}
