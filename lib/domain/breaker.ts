/**
 * A circuit breaker as a pure rule. When a gateway refuses everything, the breaker trips: nothing
 * is sent for a while, then one message at a time probes. Each gateway and operator has its own
 * breaker, so one operator's bad route does not hold up the others.
 */

export interface Breaker {
  /** Refusals since the gateway last took a message. */
  refusals: number;
  /** How often it tripped in a row. Each time doubles the wait. */
  trips: number;
  /** No message goes before this (local ms); 0: it never tripped. */
  openUntilMs: number;
  /** When it last tripped (local ms). */
  openedMs: number;
  /** Why it tripped, for the timeline and the status page. */
  reason: string | null;
  /**
   * How many refusals in a row gave the same code, with no message taken between. After many the
   * messages are not to blame.
   */
  alike: number;
  alikeCode: string | null;
  /** The gateway has never taken a message. */
  isUntried?: boolean;
}

const REFUSALS_MAX = 20;
const ALIKE_MAX = 20;
const WAIT_MS_MIN = 1_000;
const WAIT_MS_MAX = 30_000;
/** The longest that a probe keeps the other messages waiting. */
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

/** The breaker of a gateway that has got no message yet. */
export const untriedBreaker: Breaker = { ...closedBreaker, isUntried: true };

export function isTripped(breaker: Breaker, nowMs: number): boolean {
  return breaker.openUntilMs > nowMs;
}

/**
 * Call it when a message is handed over. After a wait the first message probes alone; the others
 * wait for its outcome.
 */
export function recordHandOver(breaker: Breaker, nowMs: number): Breaker {
  return breaker.trips === 0 ? breaker : { ...breaker, openUntilMs: nowMs + PROBE_MS };
}

/** Did the gateway take the last message that it could take? */
export function works(breaker: Breaker): boolean {
  return breaker.trips === 0 && !breaker.isUntried;
}

/** The gateway took a message, so it works. */
export function recordTaken(breaker: Breaker): Breaker {
  return works(breaker) && breaker.refusals === 0 && breaker.alike === 0 ? breaker : closedBreaker;
}

/**
 * The gateway refused a message because of its number. That says nothing about the other messages.
 */
export function recordNumberRefused(breaker: Breaker): Breaker {
  return breaker.trips > 0 || breaker.refusals === 0 ? breaker : { ...breaker, refusals: 0 };
}

/**
 * The gateway refused a message, perhaps because of the message itself. After too many refusals in
 * a row with the same code and no message taken, the messages are not to blame: the breaker trips.
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

/** Did it trip because all messages were refused with this code? Then no message is to blame. */
export function isSuspected(breaker: Breaker, code: string): boolean {
  return breaker.trips > 0 && breaker.alike >= ALIKE_MAX && breaker.alikeCode === code;
}

/**
 * The gateway refused to work, or did not answer.
 * @param handedOverMs when the message was handed over: an answer to a message from before the
 *   breaker tripped says nothing new
 * @param certain the gateway will go on refusing, because our configuration is wrong: the breaker
 *   trips at once
 */
export function recordRefusal(
  breaker: Breaker,
  nowMs: number,
  handedOverMs: number,
  reason: string,
  certain: boolean,
): Breaker {
  const refusals = breaker.refusals + 1;
  // Once the breaker has tripped, one refusal trips it again.
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
