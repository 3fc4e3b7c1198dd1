import type { DatabaseClock } from "@/lib/domain/database-clock";
import type { Gateway, Outcome } from "@/lib/gateways/gateway";
import type { Context } from "@/lib/services/context";
import type { Breakers } from "./breakers";
import type { DueSlots } from "./due-slots";
import type { LaneGates } from "./lane-gates";
import type { LocalClock } from "./local-clock";
import type { SchemaGuard } from "./schema-guard";
import type { Semaphore } from "./semaphore";

/** What sending needs beyond a {@link Context}: one a process. */
export interface SendingContext extends Context {
  gatewayOf(name: string): Gateway;
  clock: LocalClock;
  databaseClock: DatabaseClock;
  gates: LaneGates;
  schema: SchemaGuard;
  breakers: Breakers;
  /** Of the connections to each gateway. */
  semaphores: Map<string, Semaphore>;
  dueSlots: DueSlots;
  /** Aborts at SIGTERM: nothing new is claimed or handed over. */
  stopping: AbortSignal;
  /**
   * Keeps a promise that outlives its turn; a stop waits for it. Resolves at once in a worker, with
   * the promise where a process may be frozen.
   */
  waitUntil(work: Promise<void>): Promise<void>;
  random(): number;
  /** Called with every hand-over's outcome and duration. */
  measure?: (gatewayName: string, outcome: Outcome["kind"], tookMs: number) => void;
}
