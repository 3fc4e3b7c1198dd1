/** When a message is tried again. */

export const ATTEMPTS_MAX = 5;
const DELAY_MS_MIN = 2_000;
const DELAY_MS_MAX = 300_000;

const POSTPONE_MS_MAX = 60_000;
/** Longer than any window. */
const RETRY_AFTER_MS_MAX = 400 * 86_400_000;

/** Exponential backoff with full jitter on its upper half. */
function backoffMs(nth: number, random: number, maxMs: number): number {
  const ms = Math.min(DELAY_MS_MIN * 2 ** (nth - 1), maxMs);
  return ms / 2 + (random * ms) / 2;
}

/**
 * After an attempt whose answer was lost, where the gateway takes a repeated id once.
 * @param attempts made so far, this one included
 * @param random in [0, 1)
 * @returns ms to wait, or undefined when there will be no further try
 */
export function retryDelayMs(attempts: number, random: number): number | undefined {
  return attempts >= ATTEMPTS_MAX ? undefined : backoffMs(attempts, random, DELAY_MS_MAX);
}

/**
 * After the gateway asked to wait, was not there or was set up wrongly: as often as the window
 * allows.
 * @param postponed how often so far, this time included
 * @param retryAfterMs what the gateway asked for is the least
 * @returns ms to wait
 */
export function postponeDelayMs(postponed: number, random: number, retryAfterMs = 0): number {
  return Math.max(Math.min(retryAfterMs, RETRY_AFTER_MS_MAX), backoffMs(postponed, random, POSTPONE_MS_MAX));
}
