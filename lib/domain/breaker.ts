/**
 * A circuit breaker, as a pure rule: a gateway that refuses everything is left alone for a while,
 * then asked again with one message at a time. One a gateway and operator: what one operator's
 * route refuses does not hold up the others.
 */

export interface Breaker {
  /** Refusals since the last message that was taken. */
  refusals: number;
  /** How often it opened in a row; the wait doubles with each. */
  trips: number;
  /** Closed to everything until then (local ms); 0 = never opened. */
  openUntilMs: number;
  /** When it last opened (local ms). */
  openedMs: number;
  /** Why, for the timeline and the status page. */
  reason: string | null;
  /**
   * Refusals in a row that gave the same code, none taken between them: it may not be the messages.
   */
  alike: number;
  alikeCode: string | null;
  /** Nothing was ever taken. */
  isUntried?: boolean;
}

const REFUSALS_MAX = 20;
const ALIKE_MAX = 20;
const WAIT_MS_MIN = 1_000;
const WAIT_MS_MAX = 30_000;
/**
 * How long a message that asks whether the gateway works again keeps the others waiting, at most.
 */
const PROBE_MS = 1_000;

export const closedBreaker: Breaker = {
  refusals: 0,
  trips: 0,
  openUntilMs: 0,
  openedMs: 0,
  reason: null,
  alike: 0,
  alikeCode: null,
};

/** Of a gateway that nothing was handed to yet. */
export const untriedBreaker: Breaker = { ...closedBreaker, isUntried: true };

export function isTripped(breaker: Breaker, nowMs: number): boolean {
  return breaker.openUntilMs > nowMs;
}

/**
 * Call it as a message is handed over: after a wait the first goes alone, the others wait for what
 * becomes of it.
 */
export function recordHandOver(breaker: Breaker, nowMs: number): Breaker {
  return breaker.trips === 0 ? breaker : { ...breaker, openUntilMs: nowMs + PROBE_MS };
}

/** Has it taken the last that it could take? */
export function works(breaker: Breaker): boolean {
  return breaker.trips === 0 && !breaker.isUntried;
}

/** A message was taken: the gateway works. */
export function recordTaken(breaker: Breaker): Breaker {
  return works(breaker) && breaker.refusals === 0 && breaker.alike === 0 ? breaker : closedBreaker;
}

/**
 * A message was refused for its number's sake: that says nothing of the others, not even that they
 * would be taken.
 */
export function recordNumberRefused(breaker: Breaker): Breaker {
  return breaker.trips > 0 || breaker.refusals === 0 ? breaker : { ...breaker, refusals: 0 };
}

/**
 * A message was refused, perhaps for its own sake. After so many in a row with the same code, and
 * none taken, it is not the messages: the breaker trips.
 */
export function recordRejection(
  breaker: Breaker,
  nowMs: number,
  handedOverMs: number,
  code: string,
): Breaker {
  if (isSuspected(breaker, code)) return recordRefusal(breaker, nowMs, handedOverMs, code, true);
  const base = breaker.trips > 0 ? closedBreaker : { ...breaker, refusals: 0 };
  const counted = { ...base, alike: base.alikeCode === code ? base.alike + 1 : 1, alikeCode: code };
  return counted.alike < ALIKE_MAX ? counted : recordRefusal(counted, nowMs, handedOverMs, code, true);
}

/** Did it open because all were refused with this code? Then none of them is to blame. */
export function isSuspected(breaker: Breaker, code: string): boolean {
  return breaker.trips > 0 && breaker.alike >= ALIKE_MAX && breaker.alikeCode === code;
}

/**
 * The gateway refused to work, or did not answer.
 * @param handedOverMs when the message was handed over: an answer from before the breaker opened
 *   says nothing new
 * @param certain it will go on refusing (our configuration is wrong), so it opens at once
 */
export function recordRefusal(
  breaker: Breaker,
  nowMs: number,
  handedOverMs: number,
  reason: string,
  certain: boolean,
): Breaker {
  const refusals = breaker.refusals + 1;
  // After it was open once, one refusal is enough to open it again.
  if (!certain && refusals < REFUSALS_MAX && breaker.trips === 0) return { ...breaker, refusals, reason };
  if (breaker.trips > 0 && handedOverMs < breaker.openedMs) return { ...breaker, reason };
  const waitMs = Math.min(WAIT_MS_MIN * 2 ** breaker.trips, WAIT_MS_MAX);
  return {
    ...breaker,
    refusals,
    trips: breaker.trips + 1,
    openUntilMs: nowMs + waitMs,
    openedMs: nowMs,
    reason,
  };
}
