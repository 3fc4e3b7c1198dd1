import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { datetimeIssue, datetimePattern, resolveWindow } from "./window";

const now = new Date("2026-03-01T00:00:00Z");
const resolve = (zone: string, start: string, end: string) => {
  const result = resolveWindow(zone, start, end, now);
  return "window" in result
    ? {
        start: result.window.start.toISOString(),
        end: result.window.end.toISOString(),
        moved: result.window.moved,
        repeated: result.window.repeated,
      }
    : result.errors.map(({ pointer, code }) => `${pointer} ${code}`);
};

test.each([
  ["2024-01-21T15:26:34.459Z", null],
  ["2024-01-21T15:26", null],
  ["2024-01-21T15:26:34,5+03:00", null],
  ["2024-02-29T00:00Z", null],
  ["2024-01-21", "date_without_time"],
  ["2023-02-29T00:00Z", "datetime"],
  ["2024-02-30T00:00Z", "datetime"],
  ["2024-13-01T00:00Z", "datetime"],
  ["2024-01-21T24:00Z", "datetime"],
  ["2024-01-21T15:26:60Z", "datetime"],
  ["2024-01-21T15:26+25:00", "datetime"],
  ["2024-01-21 15:26", "datetime"],
  ["20240121T152634Z", "datetime"],
  ["2024-01-21T15:26Z[Europe/Moscow]", "datetime"],
  ["1705850794", "datetime"],
  ["tomorrow", "datetime"],
  ["", "datetime"],
])("%s is a datetime: %s", (text, issue) => {
  expect(datetimeIssue(text)).toBe(issue);
});

test("the pattern that documents tell is what is taken, from 1970 on", () => {
  const part = (max: number, length = 2) => fc.nat({ max }).map((n) => String(n).padStart(length, "0"));
  const text = fc
    .tuple(
      fc.oneof(
        part(9_999, 4),
        fc.constantFrom("1969", "1970", "1972", "2000", "2024", "2100", "2400", "3600"),
      ),
      fc.oneof(part(13), fc.constant("02")),
      fc.oneof(part(32), fc.constantFrom("28", "29", "30", "31")),
      fc.constantFrom("T", "t", " "),
      part(25),
      part(60),
      fc.constantFrom("", ":00", ":59.5", ":60", ",5", ":07,123456789", ":07.1234567890"),
      fc.oneof(fc.constantFrom("", "Z", "z", "+3", "+03", "-0330", "+23:59", "+24:00", "+05:60", "-00:00")),
    )
    .map(
      ([year, month, day, t, hour, minute, second, offset]) =>
        `${year}-${month}-${day}${t}${hour}:${minute}${second}${offset}`,
    );
  fc.assert(
    fc.property(text, (given) => {
      expect(datetimePattern.test(given), given).toBe(
        datetimeIssue(given) === null && Number(given.slice(0, 4)) >= 1970,
      );
    }),
    { numRuns: 20_000 },
  );
});

describe("wall time", () => {
  test("is of the dispatch's zone", () => {
    expect(resolve("Asia/Vladivostok", "2026-06-01T09:00", "2026-06-01T21:00")).toEqual({
      start: "2026-05-31T23:00:00.000Z",
      end: "2026-06-01T11:00:00.000Z",
      moved: false,
      repeated: false,
    });
  });

  test("with an offset is that instant, whatever the zone", () => {
    expect(resolve("Asia/Vladivostok", "2026-06-01T09:00+03:00", "2026-06-01T09:00Z")).toMatchObject({
      start: "2026-06-01T06:00:00.000Z",
    });
  });

  test("that the clocks skip moves forward, and it is said", () => {
    expect(resolve("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T12:00")).toEqual({
      start: "2026-03-29T01:30:00.000Z",
      end: "2026-03-29T10:00:00.000Z",
      moved: true,
      repeated: false,
    });
  });

  test("that comes twice is the earlier one, and it is said", () => {
    expect(resolve("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T12:00")).toMatchObject({
      start: "2026-10-25T00:30:00.000Z",
      moved: false,
      repeated: true,
    });
    expect(resolve("Europe/Berlin", "2026-10-24T12:00", "2026-10-25T02:30")).toMatchObject({
      end: "2026-10-25T00:30:00.000Z",
      repeated: true,
    });
  });

  test.each([
    ["just before the hour that is repeated", "2026-10-25T01:59"],
    ["just after it", "2026-10-25T03:00"],
    ["within it, but with an offset", "2026-10-25T02:30+01:00"],
  ])("that comes once is not called repeated: %s", (_, start) => {
    expect(resolve("Europe/Berlin", start, "2026-10-26T12:00")).toMatchObject({ repeated: false });
  });

  test("may be in order on the wall and out of order in truth", () => {
    // 02:10 +02:00 comes after 01:59 … but a start in the second 02:50 (by offset) is after an end
    // at the first 02:55.
    expect(resolve("Europe/Berlin", "2026-10-25T02:50+01:00", "2026-10-25T02:55")).toEqual([
      "/end_datetime end_before_start",
    ]);
  });
});

test.each([
  ["an end at the start", "2026-03-02T10:00Z", "2026-03-02T10:00Z", true],
  ["a window that is long over", "2024-01-21T15:26:34.459Z", "2024-01-21T15:26:34.459Z", true],
  ["366 days", "2026-03-02T10:00Z", "2027-03-03T10:00Z", true],
  ["a start 10 years ahead", "2036-03-01T00:00Z", "2036-03-01T10:00Z", true],
])("%s is accepted", (_, start, end) => {
  expect(resolve("UTC", start, end)).toHaveProperty("start");
});

test.each([
  [
    "an end before the start",
    "2026-03-02T10:00Z",
    "2026-03-02T09:59:59.999Z",
    ["/end_datetime end_before_start"],
  ],
  ["more than 366 days", "2026-03-02T10:00Z", "2027-03-03T10:00:01Z", ["/end_datetime window_too_long"]],
  [
    "a start more than 10 years ahead",
    "2036-03-01T00:01Z",
    "2036-03-01T10:00Z",
    ["/start_datetime start_too_far"],
  ],
  [
    "the year nought",
    "0000-01-01T00:00Z",
    "0000-01-01T00:00Z",
    ["/start_datetime too_early", "/end_datetime too_early"],
  ],
])("%s is refused by name", (_, start, end, errors) => {
  expect(resolve("UTC", start, end)).toEqual(errors);
});
