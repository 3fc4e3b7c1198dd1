/** When a message that was surely not taken is tried again. */

export const ATTEMPTS_MAX = 5;
const DELAY_MS_MIN = 2_000;
const DELAY_MS_MAX = 300_000;

/** Codes of failures that were not for good: the gateway or the way to it was at fault, and the attempts ran out. */
export const retryableCodes = ["http_429", "http_503", "unreachable", "busy"];

/**
 * Exponential backoff with full jitter on its upper half; what the gateway asked for is the least.
 * @param attempts made so far, this one included
 * @param random in [0, 1)
 * @returns ms to wait, or undefined when there will be no further try
 */
export function retryDelayMs(attempts: number, random: number, retryAfterMs = 0): number | undefined {
  if (attempts >= ATTEMPTS_MAX) return undefined;
  const backoffMs = Math.min(DELAY_MS_MIN * 2 ** (attempts - 1), DELAY_MS_MAX);
  return Math.max(retryAfterMs, backoffMs / 2 + (random * backoffMs) / 2);
}
