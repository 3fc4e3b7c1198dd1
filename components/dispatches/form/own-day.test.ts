import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import { type Hours, type Weekday, weekdays } from "@/lib/domain/daily-hours";
import { planDay } from "@/lib/domain/own-day";
import { bodyOf, changesOf, type Draft, draftOf, emptyDraft, likeOf, readDraft, withWindow } from "./draft";
import { impossibleTimes, rightPart } from "./draft-errors";
import { type OwnDay, ownDayOf } from "./own-day";
import { placeErrors } from "./place-errors";

const hours = (from: string, to: string, ...days: Weekday[]): Hours => ({
  ...{ from, to, days },
  unknown_zone: "dispatch",
});
const saved = (start: string, end: string, local_time: Hours | null) =>
  ({
    ...{ name: null, message_text: "Hi", personal: false, max_segments: null, sender: null },
    ...{ filter_mobile_operator_code: null, filter_tag: null, audience: null, ignore_quiet_hours: false },
    ...{ timezone: "Europe/Moscow", start_datetime: start, end_datetime: end, local_time },
  }) as Dispatch;

describe("the day of a dispatch", () => {
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 30))
    .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`);
  const zones = [
    "Asia/Kamchatka",
    "Europe/Kaliningrad",
    "America/New_York",
    "Pacific/Chatham",
    "Asia/Kathmandu",
  ];
  const day = fc
    .integer({ min: 0, max: 800 })
    .map((days) => new Date(Date.UTC(2026, 0, 1) + days * 86_400_000).toISOString().slice(0, 10));

  test("is found again in the window and the hours that were made of it", () => {
    fc.assert(
      fc.property(
        fc.record({ day, from: time, to: time, zones: fc.subarray(zones, { minLength: 1 }) }),
        fc.integer({ min: -48 * 60, max: 60 * 60 }),
        fc.boolean(),
        fc.boolean(),
        ({ day, from, to, zones }, nowMinutes, withNext, isTurned) => {
          // In the middle of a minute: what starts at once does so whenever somebody presses.
          const nowMs = Date.parse(day) + nowMinutes * 60_000 + 30_000;
          const counts = zones.map((zone) => ({ zone, count: 1 }));
          const { window, days, problem } = planDay({ day, from, to, withNext }, null, counts, nowMs);
          // What waits for a start between two days looks like two days that somebody chose.
          fc.pre(window !== undefined && problem === null && (days.length === 1 || window.fromMs < nowMs));
          const iso = (ms: number) => new Date(ms).toISOString();
          const start = iso(Math.max(window!.fromMs, nowMs));
          const local = { ...hours(from, to), days: isTurned ? [...days].reverse() : days };
          const found = ownDayOf(saved(start, iso(window!.toMs), local));
          expect(found).toEqual({ day, past: null });
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each<[string, string, string, Hours | null]>([
    ["has no hours", "2026-11-27T22:00:00Z", "2026-11-28T16:30:00Z", null],
    [
      "has hours of every day",
      "2026-11-27T22:00:00Z",
      "2026-11-28T16:30:00Z",
      hours("10:00", "18:30", ...weekdays),
    ],
    [
      "is of two days without need",
      "2026-11-27T22:00:00Z",
      "2026-11-29T16:30:00Z",
      hours("10:00", "18:30", "sat", "sun"),
    ],
    [
      "is of two days apart",
      "2026-11-27T22:00:11Z",
      "2026-11-29T16:30:00Z",
      hours("10:00", "18:30", "sat", "mon"),
    ],
    [
      "begins within the hours",
      "2026-11-28T09:00:00Z",
      "2026-11-28T12:00:00Z",
      hours("10:00", "18:30", "sat"),
    ],
    ["ends on another day", "2026-11-27T22:00:00Z", "2026-12-01T16:30:00Z", hours("10:00", "18:30", "sat")],
    ["is of another weekday", "2026-11-27T22:00:00Z", "2026-11-28T16:30:00Z", hours("10:00", "18:30", "mon")],
  ])("is none where a window %s", (_, start, end, local) => {
    expect(ownDayOf(saved(start, end, local))).toBeNull();
  });
});

const saturday: OwnDay = { day: "2026-11-28", past: null };
const draft: Draft = {
  ...emptyDraft("Europe/Moscow"),
  ...{ message_text: "Hi", start_datetime: "2026-12-05T12:00", end_datetime: "2026-12-05T15:00" },
  ...{ own_day: saturday, local_time: hours("10:00", "18:30", ...weekdays) },
};
const window = {
  ...{ start: "at" as const, start_datetime: "2026-11-27T22:00:00.000Z" },
  ...{ end_datetime: "2026-11-28T16:30:00.000Z", days: ["sat" as const] },
};
const now = new Date("2026-11-26T10:00:00Z");

describe("a draft of a day", () => {
  test("is sent as a window and hours, without a field that the contract does not know", () => {
    const body = bodyOf(withWindow(draft, window), now);
    expect(body).toMatchObject({
      ...{
        timezone: "Europe/Moscow",
        start_datetime: window.start_datetime,
        end_datetime: window.end_datetime,
      },
      local_time: hours("10:00", "18:30", "sat"),
    });
    expect(body).not.toHaveProperty("own_day");
    expect(bodyOf(withWindow(draft, { ...window, start: "now" }), now).start_datetime).toBe(
      now.toISOString(),
    );
  });

  test("has no times, and none that are wrong, while its window is not known", () => {
    const waiting = withWindow(draft, undefined);
    expect(rightPart(waiting)).not.toHaveProperty("start_datetime");
    expect(impossibleTimes(waiting, "en")).toEqual([]);
  });

  test("keeps the times that were typed, for when it is no longer one", () => {
    expect(withWindow({ ...draft, own_day: null }, window)).toMatchObject({
      start_datetime: "2026-12-05T12:00",
    });
  });

  test("is told at the day what is wrong with its window", () => {
    const errors = ["/end_datetime", "/timezone"].map((pointer) => ({ pointer, detail: pointer }));
    expect(placeErrors(errors, draft).placed.map(({ field }) => field)).toEqual(["own_day", "own_day"]);
  });

  test("comes back as it was left behind, and is none with a choice that there is not", () => {
    const empty = emptyDraft("UTC");
    expect(readDraft(JSON.stringify(draft), empty)).toEqual(draft);
    const odd = { ...draft, own_day: { ...saturday, past: "later" } };
    expect(readDraft(JSON.stringify(odd), empty)).toBeUndefined();
  });
});

describe("a dispatch of a day", () => {
  const there = saved(window.start_datetime, window.end_datetime, hours("10:00", "18:30", "sat"));

  test("is edited as one, and nothing of its window is sent while it stands as it was saved", () => {
    const drawn = draftOf(there);
    expect(drawn.own_day).toEqual(saturday);
    const { start_datetime, end_datetime } = drawn;
    const kept = withWindow(drawn, { start: "at", start_datetime, end_datetime, days: ["sat"] });
    expect(changesOf({ ...kept, message_text: "Hello" }, now, there)).toEqual({ message_text: "Hello" });
  });

  test.each([
    ["after its own", "2026-11-20T10:00:00Z", "2026-11-29"],
    ["after today", "2026-12-24T21:30:00Z", "2026-12-26"],
  ])("is duplicated to the day %s, and asks again who is late", (_, today, day) => {
    expect(likeOf(there, new Date(today)).own_day).toEqual({ day, past: null });
  });
});
