import fc from "fast-check";
import { expect, test } from "vitest";
import { isAllowedAt } from "@/test/support/wall-clock";
import { type Hours, weekdays } from "./daily-hours";
import { lastClaimMs, rangesBetween, zoneOf } from "./hours";

const MINUTE = 60_000;
const DAY = 86_400_000;
const everyDay = [...weekdays];
const hours = (from: string, to: string, days = everyDay): Hours => ({
  from,
  to,
  days,
  unknown_zone: "dispatch",
});

const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 0, 30, 45, 59))
  .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`);
const anyHours = fc.record({
  from: time,
  to: fc.oneof({ weight: 5, arbitrary: time }, { weight: 1, arbitrary: fc.constant("24:00") }),
  days: fc.subarray(everyDay, { minLength: 1 }),
  unknown_zone: fc.constant("dispatch" as const),
});
/** Half an hour of summer time, skipped midnights, none, both hemispheres, odd offsets. */
const zones = [
  "Europe/Berlin",
  "Europe/Moscow",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Beirut",
  "America/Santiago",
  "Asia/Kathmandu",
  "Pacific/Chatham",
  "Asia/Vladivostok",
  "UTC",
];
/** Around the clock changes of a year in these zones, and anywhere. */
const changes = [
  "2026-03-08",
  "2026-03-29",
  "2026-04-05",
  "2026-09-06",
  "2026-09-27",
  "2026-10-04",
  "2026-10-25",
  "2026-11-01",
];
const instant = fc.oneof(
  fc
    .tuple(fc.constantFrom(...changes), fc.integer({ min: -2 * 1440, max: 1440 }))
    .map(([day, m]) => Date.parse(day) + m * MINUTE),
  fc.integer({ min: 0, max: 2 * 365 * 1440 }).map((m) => Date.parse("2026-01-01") + m * MINUTE),
);

test("An instant lies in a range exactly when the clock on the wall allows it", () => {
  fc.assert(
    fc.property(
      fc.record({
        local: fc.option(anyHours),
        quiet: fc.option(anyHours),
        zone: fc.constantFrom(...zones),
        nowMs: instant,
        days: fc.constantFrom(1, 3, 9),
      }),
      ({ local, quiet, zone, nowMs, days }) => {
        const endMs = nowMs + days * DAY;
        const ranges = rangesBetween({ local, quiet }, zone, nowMs, endMs, 1_000);
        let index = 0;
        for (let ms = nowMs; ms < endMs; ms += MINUTE) {
          while (index < ranges.length && ms >= ranges[index]!.toMs) index++;
          const isIn = index < ranges.length && ms >= ranges[index]!.fromMs;
          const isAllowed = isAllowedAt({ local, quiet }, zone, ms);
          if (isIn !== isAllowed)
            throw new Error(`${new Date(ms).toISOString()}: ${isIn ? "in a range" : "in none"}`);
        }
        ranges.forEach((range, i) => {
          expect(range.fromMs).toBeLessThan(range.toMs);
          if (i > 0) expect(range.fromMs).toBeGreaterThan(ranges[i - 1]!.toMs);
        });
      },
    ),
    { numRuns: 150 },
  );
});

const at = (text: string) => Date.parse(text);
const first = (
  local: Hours | null,
  quiet: Hours | null,
  zone: string,
  now: string,
  end = "2027-01-01T00:00:00Z",
) =>
  rangesBetween({ local, quiet }, zone, at(now), at(end), 1).map(({ fromMs, toMs }) =>
    [fromMs, toMs].map((ms) => new Date(ms).toISOString().slice(0, 16)),
  );

test("A night ends at nine by the person's clock, also when it has another length", () => {
  const day = hours("09:00", "21:00");
  expect(first(day, null, "Europe/Berlin", "2026-03-28T22:00:00Z")).toEqual([
    ["2026-03-29T07:00", "2026-03-29T19:00"],
  ]);
  expect(first(day, null, "Europe/Berlin", "2026-10-24T22:00:00Z")).toEqual([
    ["2026-10-25T08:00", "2026-10-25T20:00"],
  ]);
  expect(first(null, hours("21:00", "09:00"), "Asia/Omsk", "2026-06-01T18:00:00Z")).toEqual([
    ["2026-06-02T03:00", "2026-06-02T15:00"],
  ]);
});

test("An hour that the clocks skip is no time, and one that comes twice counts twice", () => {
  const hour = hours("02:00", "03:00");
  expect(first(hour, null, "Europe/Berlin", "2026-03-28T12:00:00Z")).toEqual([
    ["2026-03-30T00:00", "2026-03-30T01:00"],
  ]);
  expect(first(hour, null, "Europe/Berlin", "2026-10-24T12:00:00Z")).toEqual([
    ["2026-10-25T00:00", "2026-10-25T02:00"],
  ]);
  const onSundays = hours("02:00", "03:00", ["sun"]);
  expect(first(onSundays, null, "Europe/Berlin", "2026-03-28T12:00:00Z")).toEqual([
    ["2026-04-05T00:00", "2026-04-05T01:00"],
  ]);
});

test("Hours that never come are none, and hours without an end last until the window's", () => {
  expect(first(hours("22:00", "08:00"), hours("21:00", "09:00"), "UTC", "2026-06-01T12:00:00Z")).toEqual([]);
  expect(first(hours("00:00", "24:00"), null, "UTC", "2026-06-01T12:00:00Z")).toEqual([
    ["2026-06-01T12:00", "2027-01-01T00:00"],
  ]);
  expect(first(hours("09:00", "21:00"), null, "UTC", "2026-06-01T22:00:00Z", "2026-06-02T09:00:00Z")).toEqual(
    [],
  );
  expect(first(null, null, "UTC", "2027-01-01T00:00:00Z")).toEqual([]);
});

test("Who has no zone that is known has the dispatch's, or is skipped", () => {
  const rule = { local: hours("09:00", "21:00"), quiet: null, zone: "Europe/Moscow" };
  expect(zoneOf(rule, "Asia/Omsk")).toBe("Asia/Omsk");
  expect(zoneOf(rule, null)).toBe("Europe/Moscow");
  expect(zoneOf(rule, "Mars/Olympus")).toBe("Europe/Moscow");
  expect(
    zoneOf({ ...rule, quiet: { ...hours("21:00", "09:00"), unknown_zone: "skip" } }, null),
  ).toBeUndefined();
});

test("Nothing is claimed in the last minute before a night, and all of the last range is used", () => {
  expect(lastClaimMs({ fromMs: 0, toMs: 600_000 }, true)).toBe(540_000);
  expect(lastClaimMs({ fromMs: 0, toMs: 600_000 }, false)).toBe(600_000);
  expect(lastClaimMs({ fromMs: 0, toMs: 60_000 }, true)).toBe(30_000);
});
