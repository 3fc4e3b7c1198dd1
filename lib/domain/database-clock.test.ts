import fc from "fast-check";
import { expect, test } from "vitest";
import { DatabaseClock } from "./database-clock";

/**
 * A clock that has been asked `times` times, each answer taking 2 ms; the database is 1,000 ms
 * ahead.
 */
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

test("a sharper answer is believed at once, and how wrong it may be is half of its round trip and half a millisecond a second since it was asked", () => {
  const clock = new DatabaseClock();
  for (let i = 0; i < 5; i++) clock.learn(i * 100, i * 100 + 40, 1_000 + i * 100 + 39);
  expect(clock.errorMs(440)).toBeCloseTo(20.02);
  clock.learn(1_000, 1_001, 2_038);
  expect(clock.toDatabase(1_000.5)).toBe(2_038);
  expect(clock.errorMs(1_001)).toBeCloseTo(0.5005);
  expect(clock.errorMs(5_001)).toBeCloseTo(2.5005);
});

test("an answer that came at once, and took long to arrive, may be off by the drift on its way too", () => {
  const clock = new DatabaseClock();
  const drift = 0.0004;
  for (let i = 0; i < 5; i++) clock.learn(i * 100, i * 100 + 80, 1_000 + i * 100 * (1 + drift));
  const offMs = Math.abs(clock.toDatabase(480) - (1_000 + 480 * (1 + drift)));
  expect(offMs).toBeGreaterThan(40);
  expect(clock.errorMs(480)).toBeGreaterThanOrEqual(offMs);
});

test("it is never further off than it says, whatever answers take and however the clocks drift", () => {
  const ms = fc.double({ min: 0, max: 80, noNaN: true });
  const question = fc.record({ pauseMs: fc.double({ min: 0, max: 20_000, noNaN: true }), up: ms, down: ms });
  const drift = fc.double({ min: -0.0004, max: 0.0004, noNaN: true });
  fc.assert(
    fc.property(drift, fc.array(question, { minLength: 10, maxLength: 50 }), (drift, questions) => {
      const clock = new DatabaseClock();
      const database = (localMs: number) => 5_000 + localMs * (1 + drift);
      let nowMs = 0;
      for (const { pauseMs, up, down } of questions) {
        nowMs += pauseMs;
        expect(clock.errorMs(nowMs) + 1e-6).toBeGreaterThanOrEqual(
          nowMs === pauseMs ? 0 : Math.abs(clock.toDatabase(nowMs) - database(nowMs)),
        );
        clock.learn(nowMs, nowMs + up + down, database(nowMs + up));
        nowMs += up + down;
      }
    }),
  );
});

test("who sees it step forward knows no distance between two messages for more than a second; a step back opens one itself", () => {
  const clock = known();
  for (let i = 10; i < 15; i++) clock.learn(i * 10, i * 10 + 2, 1_501 + i * 10);
  expect(clock.errorMs(102 + 1_019)).toBe(Number.POSITIVE_INFINITY);
  expect(clock.errorMs(102 + 1_020)).toBeLessThan(3);
  for (let i = 200; i < 205; i++) clock.learn(i * 10, i * 10 + 2, 1_001 + i * 10);
  expect(clock.errorMs(2_050)).toBeLessThan(3);
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
