import { expect, test } from "vitest";
import {
  type Breaker,
  closedBreaker,
  isTripped,
  recordHandOver,
  recordRefusal,
  recordTaken,
} from "./breaker";

const refuse = (breaker: Breaker, nowMs: number, certain = false) =>
  recordRefusal(breaker, nowMs, nowMs, "http_503", certain);

/** Refused so often that it opens. */
function opened(nowMs: number): Breaker {
  let breaker = closedBreaker;
  for (let i = 0; i < 20; i++) breaker = refuse(breaker, nowMs);
  return breaker;
}

test("A breaker opens after twenty refusals without a message taken, and says why", () => {
  let breaker = closedBreaker;
  for (let i = 0; i < 19; i++) breaker = refuse(breaker, 1_000);
  expect(isTripped(breaker, 1_000)).toBe(false);
  expect(isTripped(refuse(recordTaken(breaker), 1_000), 1_000)).toBe(false);
  breaker = refuse(breaker, 1_000);
  expect(isTripped(breaker, 1_000)).toBe(true);
  expect(isTripped(breaker, 2_000)).toBe(false);
  expect(breaker.reason).toBe("http_503");
});

test("A refusal because of our own settings opens it at once", () => {
  expect(isTripped(refuse(closedBreaker, 1_000, true), 1_500)).toBe(true);
});

test("After the wait one message goes alone; refused, the wait doubles, up to half a minute", () => {
  let breaker = opened(0);
  let nowMs = 0;
  const waits: number[] = [];
  for (let trip = 0; trip < 7; trip++) {
    waits.push(breaker.openUntilMs - nowMs);
    nowMs = breaker.openUntilMs;
    expect(isTripped(breaker, nowMs)).toBe(false);
    breaker = recordHandOver(breaker, nowMs);
    expect(isTripped(breaker, nowMs)).toBe(true);
    nowMs += 10;
    breaker = recordRefusal(breaker, nowMs, nowMs - 10, "http_503", false);
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test("After the wait one message goes alone; taken, the breaker is closed", () => {
  const probing = recordHandOver(opened(0), 1_000);
  expect(isTripped(probing, 1_001)).toBe(true);
  expect(recordTaken(probing)).toEqual(closedBreaker);
});

test("After the wait one message goes alone; not answered within a second, the next may ask", () => {
  expect(isTripped(recordHandOver(opened(0), 1_000), 2_000)).toBe(false);
});

test("Answers to what was handed over before it opened do not lengthen the wait", () => {
  const breaker = opened(1_000);
  expect(recordRefusal(breaker, 5_000, 900, "timeout", false).openUntilMs).toBe(breaker.openUntilMs);
});

test("A hand-over through a closed breaker changes nothing", () => {
  expect(recordHandOver(closedBreaker, 1_000)).toBe(closedBreaker);
});
