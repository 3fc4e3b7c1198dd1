import { expect, test } from "vitest";
import { DatabaseClock } from "./database-clock";

/** A clock that has been asked `times` times, each answer taking 2 ms; the database is 1,000 ms ahead. */
function known(times = 5): DatabaseClock {
  const clock = new DatabaseClock();
  for (let i = 0; i < times; i++) clock.learn(i * 10, i * 10 + 2, 1_001 + i * 10);
  return clock;
}

test("is not known before it was asked a few times", () => {
  expect(known(4).isKnown()).toBe(false);
  expect(known(5).isKnown()).toBe(true);
  expect(known().toDatabase(100)).toBe(1_100);
});

test("a slow answer teaches less than a quick one", () => {
  const clock = known();
  clock.learn(100, 200, 1_180);
  expect(clock.toDatabase(0)).toBe(1_000);
});

test("a sharper answer moves the estimate slowly: slots do not close up", () => {
  const clock = new DatabaseClock();
  for (let i = 0; i < 5; i++) clock.learn(i * 100, i * 100 + 40, 1_000 + i * 100 + 39);
  const before = clock.toDatabase(0);
  clock.learn(1_000, 1_001, 2_038);
  const moved = Math.abs(clock.toDatabase(0) - before);
  expect(moved).toBeGreaterThan(0);
  expect(moved).toBeLessThan(2);
});

test.each([-60_000, 60_000])("a step of the database's clock by %i ms is believed at once", (stepMs) => {
  const clock = known();
  clock.learn(100, 102, 1_101 + stepMs);
  expect(clock.toDatabase(0)).toBe(1_000 + stepMs);
});

test("after a standstill it is asked anew: an answer that took as long as that teaches nothing lasting", () => {
  const clock = known();
  // Asked, stopped for 100 s, and only then read: the answer is 100 s old.
  clock.learn(100, 100_100, 1_101);
  expect(clock.isKnown()).toBe(false);
  for (let i = 0; i < 4; i++) clock.learn(100_200 + i * 10, 100_202 + i * 10, 101_201 + i * 10);
  expect(clock.isKnown()).toBe(true);
  expect(clock.toDatabase(0)).toBe(1_000);
});

test("after a step it is asked anew: a slow first answer is corrected by the next", () => {
  const clock = known();
  clock.learn(100, 500, 61_400);
  expect(clock.isKnown()).toBe(false);
  for (let i = 0; i < 4; i++) clock.learn(600 + i * 10, 602 + i * 10, 61_601 + i * 10);
  expect(clock.isKnown()).toBe(true);
  expect(clock.toDatabase(0)).toBe(61_000);
});
