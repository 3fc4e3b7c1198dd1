import fc from "fast-check";
import { expect, test } from "vitest";
import { isAllowedAt } from "@/test/support/wall-clock";
import { type Hours, weekdays } from "./daily-hours";
import { planDay } from "./own-day";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEP = 15 * MINUTE;

/** Half an hour of summer time, skipped midnights, both hemispheres, odd offsets, both ends. */
const zones = [
  "Asia/Kamchatka",
  "Europe/Kaliningrad",
  "Europe/Moscow",
  "Europe/Berlin",
  "America/New_York",
  "America/Havana",
  "Australia/Lord_Howe",
  "Asia/Beirut",
  "America/Santiago",
  "Asia/Kathmandu",
  "Pacific/Chatham",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
];
/** Around the clock changes of a year in these zones, and anywhere. */
const day = fc
  .oneof(
    fc
      .tuple(
        fc.constantFrom(
          "2026-03-08",
          "2026-03-29",
          "2026-04-05",
          "2026-09-06",
          "2026-10-04",
          "2026-10-25",
          "2026-11-01",
        ),
        fc.integer({ min: -1, max: 1 }),
      )
      .map(([date, days]) => Date.parse(date) + days * DAY),
    fc.integer({ min: 0, max: 2 * 365 }).map((days) => Date.parse("2026-01-01") + days * DAY),
  )
  .map((ms) => new Date(ms).toISOString().slice(0, 10));
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 0, 30))
  .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`);
const hours = fc.record({ from: time, to: fc.oneof(time, fc.constant("24:00")) });
const quiet = fc.option(
  hours.map((own): Hours => ({ ...own, days: [...weekdays], unknown_zone: "dispatch" })),
  { freq: 2 },
);

const weekdayOn = (day: string, days = 0) =>
  weekdays[(new Date(Date.parse(day) + days * DAY).getUTCDay() + 6) % 7]!;
/** Instants over two days in every zone, in steps of a quarter of an hour. */
function* around(day: string) {
  for (let ms = Date.parse(day) - 15 * HOUR; ms < Date.parse(day) + 85 * HOUR; ms += STEP) yield ms;
}

test("The window of a day has all hours of everybody whom it can reach, begins and ends with one, and who is left out is told", () => {
  fc.assert(
    fc.property(
      fc.record({
        day,
        hours,
        quiet,
        zones: fc.subarray(zones, { minLength: 1, maxLength: 5 }),
        withNext: fc.boolean(),
        nowMinutes: fc.integer({ min: -24 * 60, max: 60 * 60 }),
      }),
      ({ day, hours, quiet, zones, withNext, nowMinutes }) => {
        const nowMs = Date.parse(day) + nowMinutes * MINUTE;
        const counts = zones.map((zone, i) => ({ zone, count: i + 1 }));
        const plan = planDay({ day, ...hours, withNext }, quiet, counts, nowMs);
        const rule = (days: number, quiet: Hours | null) => ({
          local: { ...hours, days: [weekdayOn(day, days)], unknown_zone: "dispatch" } as Hours,
          quiet,
        });
        const told = [...plan.open, ...plan.past].map(({ zone, count }) => ({ zone, count }));
        expect(told).toHaveLength(counts.length);
        expect(told).toEqual(expect.arrayContaining(counts));

        const past = new Set(plan.past.map(({ zone }) => zone));
        const isMine = (zone: string, ms: number) =>
          past.has(zone)
            ? withNext && isAllowedAt(rule(1, null), zone, ms)
            : isAllowedAt(rule(0, null), zone, ms);
        for (const zone of zones) {
          const left = [...around(day)].some(
            (ms) => ms + STEP > nowMs && isAllowedAt(rule(0, quiet), zone, ms),
          );
          expect(past.has(zone), zone).toBe(!left);
        }
        const mine = [...around(day)].filter((ms) => zones.some((zone) => isMine(zone, ms)));
        expect(plan.window).toEqual(
          mine.length === 0 ? undefined : { fromMs: mine[0], toMs: mine.at(-1)! + STEP },
        );
        expect(plan.days).toEqual(
          withNext && past.size > 0 ? [weekdayOn(day), weekdayOn(day, 1)] : [weekdayOn(day)],
        );
        expect(plan.problem !== null).toBe(plan.open.length === 0);
      },
    ),
    { numRuns: 150 },
  );
});

const russia = [
  { zone: "Europe/Moscow", count: 500 },
  { zone: "Asia/Kamchatka", count: 20 },
  { zone: "Europe/Kaliningrad", count: 30 },
];
const asked = { day: "2026-11-28", from: "10:00", to: "18:30", withNext: false };
const at = (text: string) => Date.parse(text);

test("A day of Russia begins in Kamchatka and ends in Kaliningrad", () => {
  const plan = planDay(asked, null, russia, at("2026-11-27T09:00Z"));
  expect(plan.open.map(({ zone }) => zone)).toEqual([
    "Asia/Kamchatka",
    "Europe/Moscow",
    "Europe/Kaliningrad",
  ]);
  expect(plan).toMatchObject({
    window: { fromMs: at("2026-11-27T22:00Z"), toMs: at("2026-11-28T16:30Z") },
    ...{ past: [], days: ["sat"], problem: null },
  });
});

test("Where the day is over, the next one is in the window when that is asked for", () => {
  const now = at("2026-11-28T07:00Z");
  expect(planDay(asked, null, russia, now)).toMatchObject({
    past: [{ zone: "Asia/Kamchatka", count: 20 }],
    window: { fromMs: at("2026-11-28T07:00Z"), toMs: at("2026-11-28T16:30Z") },
    days: ["sat"],
  });
  expect(planDay({ ...asked, withNext: true }, null, russia, now)).toMatchObject({
    window: { toMs: at("2026-11-29T06:30Z") },
    days: ["sat", "sun"],
  });
});

test("It is told whether the day is over everywhere or the quiet hours leave nothing of it", () => {
  const quiet: Hours = { from: "09:00", to: "20:00", days: [...weekdays], unknown_zone: "dispatch" };
  expect(planDay(asked, quiet, russia, at("2026-11-27T09:00Z")).problem).toBe("quiet_hours");
  expect(planDay(asked, null, russia, at("2026-11-28T16:30Z")).problem).toBe("over");
  expect(planDay(asked, null, russia, at("2026-11-28T16:29Z")).problem).toBeNull();
});
