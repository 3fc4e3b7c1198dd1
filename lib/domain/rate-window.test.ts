import fc from "fast-check";
import { expect, test } from "vitest";
import { RateWindow } from "./rate-window";

test("However late each hand-over really goes out, no sliding second has more segments than the rate", () => {
  const handOver = fc.record({
    pauseMs: fc.integer({ min: 0, max: 40 }),
    heldUpMs: fc.constantFrom(0, 0, 0, 3, 25, 120),
    segments: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 120 }), fc.array(handOver, { minLength: 50, maxLength: 400 }), (rate, wanted) => {
      const window = new RateWindow();
      const log: { atMs: number; segments: number }[] = [];
      const open: { atMs: number; write: (nowMs: number) => void }[] = [];
      const writeUntil = (nowMs: number) => {
        for (const due of open.filter((o) => o.atMs <= nowMs)) {
          due.write(due.atMs);
          open.splice(open.indexOf(due), 1);
        }
      };
      let nowMs = 0;
      for (const { pauseMs, heldUpMs, segments } of wanted) {
        nowMs += pauseMs;
        writeUntil(nowMs);
        if (window.roomAtMs(nowMs, segments, rate) > nowMs) continue;
        const ticket = window.begin(segments);
        open.push({
          atMs: nowMs + heldUpMs,
          write: (atMs) => {
            ticket.written(atMs);
            log.push({ atMs, segments });
          },
        });
        open.sort((a, b) => a.atMs - b.atMs);
        writeUntil(nowMs);
      }
      writeUntil(Number.POSITIVE_INFINITY);
      for (const { atMs } of log) {
        const inSecond = log.filter((h) => h.atMs >= atMs && h.atMs < atMs + 1000).reduce((sum, h) => sum + h.segments, 0);
        expect(inSecond).toBeLessThanOrEqual(rate);
      }
    }),
  );
});

test("Room comes when enough of what went out is a second old", () => {
  const window = new RateWindow();
  for (const atMs of [0, 100, 200]) window.begin(1).written(atMs);
  expect(window.roomAtMs(300, 1, 4)).toBe(300);
  expect(window.roomAtMs(300, 1, 3)).toBe(1001);
  expect(window.roomAtMs(300, 2, 3)).toBe(1101);
  expect(window.roomAtMs(1300, 3, 3)).toBe(1300);
});

test("What is not written yet takes room until it is, and a second longer", () => {
  const window = new RateWindow();
  const ticket = window.begin(1);
  expect(window.roomAtMs(5_000, 1, 1)).toBe(Number.POSITIVE_INFINITY);
  ticket.over(5_000);
  expect(window.roomAtMs(5_000, 1, 1)).toBe(6_001);
});

test("A message longer than a second's rate goes alone", () => {
  const window = new RateWindow();
  expect(window.roomAtMs(0, 5, 2)).toBe(0);
  window.begin(5).written(0);
  expect(window.roomAtMs(500, 5, 2)).toBe(1001);
});
