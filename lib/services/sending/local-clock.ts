/** This process's own clock: monotonic, milliseconds. Injected, so that a test can run it. */
export interface LocalClock {
  now(): number;
  /**
   * The system's time of day, in milliseconds: unlike {@link now} it goes on while the machine
   * sleeps, and it may be set.
   */
  timeOfDay(): number;
  /** Resolves at or after the local instant; at once when the signal aborts. */
  sleepUntil(localMs: number, signal?: AbortSignal): Promise<void>;
}
