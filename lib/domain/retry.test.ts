import { expect, test } from "vitest";
import { ATTEMPTS_MAX, postponeDelayMs, retryDelayMs } from "./retry";

test("The wait before another try doubles, with jitter on its upper half", () => {
  expect([1, 2, 3, 4].map((attempts) => retryDelayMs(attempts, 0))).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect([1, 2, 3, 4].map((attempts) => retryDelayMs(attempts, 0.5))).toEqual([1_500, 3_000, 6_000, 12_000]);
});

test("What the gateway asked for is the least", () => {
  expect(postponeDelayMs(1, 0, 30_000)).toBe(30_000);
  expect(postponeDelayMs(1, 0, 10)).toBe(1_000);
  expect(postponeDelayMs(1, 0, 36_000_000)).toBe(36_000_000);
});

test("After five attempts there is no further try", () => {
  expect(ATTEMPTS_MAX).toBe(5);
  expect(retryDelayMs(5, 0)).toBeUndefined();
});

test("What is put off waits a minute at most, however often", () => {
  expect([1, 2, 3, 4, 5, 6, 1_000].map((postponed) => postponeDelayMs(postponed, 0.999999))).toEqual(
    [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000].map((ms) => expect.closeTo(ms, -1)),
  );
});
