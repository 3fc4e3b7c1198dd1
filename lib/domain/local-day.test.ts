import { expect, test } from "vitest";
import { nightShare, startOfDayMs } from "./local-day";

const ms = (text: string) => Date.parse(text);

test.each([
  ["08:59 is night", "2026-06-01T05:59:00Z", "2026-06-01T05:59:00Z", 1],
  ["09:00 is day", "2026-06-01T06:00:00Z", "2026-06-01T06:00:00Z", 0],
  ["20:59 is day", "2026-06-01T17:59:00Z", "2026-06-01T17:59:00Z", 0],
  ["21:00 is night", "2026-06-01T18:00:00Z", "2026-06-01T18:00:00Z", 1],
  ["an hour of three before 21:00", "2026-06-01T16:00:00Z", "2026-06-01T19:00:00Z", 1 / 3],
  ["half of a day", "2026-06-01T10:00:00Z", "2026-06-02T10:00:00Z", 0.5],
  ["half of a year, told by its first days", "2026-06-01T10:00:00Z", "2026-12-01T10:00:00Z", 0.5],
])("in Moscow %s", (_, from, to, share) => {
  expect(nightShare("Europe/Moscow", ms(from), ms(to))).toBeCloseTo(share, 9);
});

test("a night in which the clocks go forward is an hour shorter", () => {
  // In Berlin from 28 March 21:00 (+01:00) to 29 March 09:00 (+02:00) eleven hours pass.
  expect(nightShare("Europe/Berlin", ms("2026-03-28T11:00:00Z"), ms("2026-03-29T11:00:00Z"))).toBeCloseTo(
    11 / 24,
    9,
  );
});

test("a day begins at midnight of its zone, or when the clocks have skipped it", () => {
  expect(startOfDayMs(ms("2026-06-01T22:30:00Z"), "Europe/Moscow")).toBe(ms("2026-06-01T21:00:00Z"));
  expect(startOfDayMs(ms("2026-06-01T22:30:00Z"), "UTC")).toBe(ms("2026-06-01T00:00:00Z"));
  // Cairo skips from 00:00 to 01:00 on 24 April 2026.
  expect(startOfDayMs(ms("2026-04-24T10:00:00Z"), "Africa/Cairo")).toBe(ms("2026-04-23T22:00:00Z"));
});
