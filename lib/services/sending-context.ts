import type { Breaker } from "@/lib/domain/breaker";
import type { DatabaseClock } from "@/lib/domain/database-clock";
import type { RateWindow } from "@/lib/domain/rate-window";
import type { Gateway, Outcome } from "@/lib/gateways/gateway";
import type { Context } from "./context";
import type { LaneGates } from "./lane-gates";

/** This process's own clock: monotonic, milliseconds. Injected, so that a test can run it. */
export interface LocalClock {
  now(): number;
  /** Resolves at or after the local instant; at once when the signal aborts. */
  sleepUntil(localMs: number, signal?: AbortSignal): Promise<void>;
}

/** What sending needs beyond a {@link Context}: one a process. */
export interface SendingContext extends Context {
  gatewayOf(name: string): Gateway;
  clock: LocalClock;
  databaseClock: DatabaseClock;
  gates: LaneGates;
  /** By `<gateway name>/<operator number>`. */
  breakers: Map<string, Breaker>;
  /** What was handed over within the last second, by operator number. */
  windows: Map<number, RateWindow>;
  /** Free places at each gateway. */
  places: Map<string, Places>;
  /** Aborts at SIGTERM: nothing new is claimed or handed over. */
  stopping: AbortSignal;
  /** Keeps a promise that outlives its turn; a stop waits for it. Resolves at once in a worker, with the promise where a process may be frozen. */
  keep(work: Promise<void>): Promise<void>;
  random(): number;
  /** Is told of every hand-over: its outcome and how long it took. */
  measure?: (gatewayName: string, outcome: Outcome["kind"], tookMs: number) => void;
}

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
