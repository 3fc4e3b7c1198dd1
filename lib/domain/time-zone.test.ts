import { expect, test } from "vitest";
import { isTimeZone, timeZoneNames } from "./time-zone";

test("The list of zones has today's names and older ones, each of which is taken", () => {
  const names = timeZoneNames();
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(580);
  expect(names.filter((name) => !isTimeZone(name))).toEqual([]);
  for (const name of [
    "UTC",
    "Europe/Kyiv",
    "Europe/Kiev",
    "Asia/Kolkata",
    "Asia/Calcutta",
    "America/Nuuk",
    "Europe/Moscow",
    "Etc/GMT+3",
  ])
    expect(names).toContain(name);
});
