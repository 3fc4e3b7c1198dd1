import { expect, test } from "vitest";
import { ATTEMPTS_MAX, retryDelayMs } from "./retry";

test("The wait before another try doubles, with jitter on its upper half", () => {
  expect([1, 2, 3, 4].map((attempts) => retryDelayMs(attempts, 0))).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect([1, 2, 3, 4].map((attempts) => retryDelayMs(attempts, 0.5))).toEqual([1_500, 3_000, 6_000, 12_000]);
});

test("What the gateway asked for is the least", () => {
  expect(retryDelayMs(1, 0, 30_000)).toBe(30_000);
  expect(retryDelayMs(1, 0, 10)).toBe(1_000);
});

test("After five attempts there is no further try", () => {
  expect(ATTEMPTS_MAX).toBe(5);
  expect(retryDelayMs(5, 0)).toBeUndefined();
});
