/** When to try a message again. */

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
 * The wait after an attempt whose answer was lost, when the gateway takes a repeated id only once.
 * @param attempts made so far, this one included
 * @param random in [0, 1)
 * @returns ms to wait, or undefined when there is no further try
 */
export function retryDelayMs(attempts: number, random: number): number | undefined {
  return attempts >= ATTEMPTS_MAX ? undefined : backoffMs(attempts, random, DELAY_MS_MAX);
}

/**
 * The wait after the gateway asked us to wait, was away or was set up wrongly. We try as often as
 * the window allows.
 * @param postponed how often so far, this time included
 * @param retryAfterMs the least, when the gateway asked for it
 * @returns ms to wait
 */
export function postponeDelayMs(postponed: number, random: number, retryAfterMs = 0): number {
  return Math.max(Math.min(retryAfterMs, RETRY_AFTER_MS_MAX), backoffMs(postponed, random, POSTPONE_MS_MAX));
}
