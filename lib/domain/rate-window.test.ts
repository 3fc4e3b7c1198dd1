import fc from "fast-check";
import { expect, test } from "vitest";
import { RateWindow } from "./rate-window";

test("However late each hand-over really goes out, no sliding second has more segments than the rate", () => {
  const handOver = fc.record({
    pauseMs: fc.integer({ min: 0, max: 40 }),
    heldUpMs: fc.constantFrom(0, 0, 0, 3, 25, 120, 400),
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
        const ticket = window.begin(segments, nowMs);
        open.push({
          atMs: nowMs + heldUpMs,
          write: (atMs) => {
            if (ticket.go(atMs) !== undefined) log.push({ atMs, segments });
            else ticket.over(atMs, false);
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
  for (const atMs of [0, 100, 200]) window.begin(1, atMs).go(atMs);
  expect(window.roomAtMs(300, 1, 4)).toBe(300);
  expect(window.roomAtMs(300, 1, 3)).toBe(1001);
  expect(window.roomAtMs(300, 2, 3)).toBe(1101);
  expect(window.roomAtMs(1300, 3, 3)).toBe(1300);
});

test("What is not written yet takes room until it is, and a second longer", () => {
  const window = new RateWindow();
  const ticket = window.begin(1, 4_950);
  expect(window.roomAtMs(5_000, 1, 1)).toBe(Number.POSITIVE_INFINITY);
  ticket.over(5_000, true);
  expect(window.roomAtMs(5_000, 1, 1)).toBe(6_001);
});

test("A message longer than a second's rate goes alone", () => {
  const window = new RateWindow();
  expect(window.roomAtMs(0, 5, 2)).toBe(0);
  window.begin(5, 0).go(0);
  expect(window.roomAtMs(500, 5, 2)).toBe(1001);
});

test("What was withheld takes no room", () => {
  const window = new RateWindow();
  window.begin(1, 0).over(900, false);
  expect(window.roomAtMs(900, 1, 1)).toBe(900);
});

test("What comes too late to be made up for does not go; what is a little late goes, and the later slots move once for all that were held up together", () => {
  const window = new RateWindow();
  const [first, second, third, late] = [0, 10, 20, 30].map((slotMs) => window.begin(1, slotMs));
  expect(first!.go(10)).toBe(0);
  expect(second!.go(60)).toBe(40);
  expect(third!.go(60)).toBe(0);
  expect(late!.go(300)).toBeUndefined();
  expect(window.begin(1, 700).go(730)).toBe(20);
});
