/** What pauses are measured by: the process's own clock, which tests inject. */
interface RetryClock {
  now(): number;
  sleepUntil(localMs: number, signal?: AbortSignal): Promise<void>;
}

export interface RetryOptions {
  /** Which failures pass by themselves; absent: all. */
  isPassing?: (error: unknown) => boolean;
  triesMax?: number;
  /** What lies between two tries; absent: nothing. */
  pause?: {
    clock: RetryClock;
    /** @param failures so far */
    ms: (failures: number) => number;
    /** No try begins later. */
    untilMs: number;
    /** Ends it, too. */
    stopping?: AbortSignal;
  };
  /** Called before each further try. */
  onFailure?: (error: unknown) => void;
}

/**
 * Does the work, and again after a failure that passes.
 * @throws the last failure when no further try is due
 */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { isPassing = () => true, triesMax = Number.POSITIVE_INFINITY, pause, onFailure } = options;
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || tries >= triesMax) throw error;
      const nextMs = pause && pause.clock.now() + pause.ms(tries);
      if (pause && (nextMs! > pause.untilMs || pause.stopping?.aborted)) throw error;
      onFailure?.(error);
      if (pause) await pause.clock.sleepUntil(nextMs!, pause.stopping);
      if (pause?.stopping?.aborted) throw error;
    }
  }
}
