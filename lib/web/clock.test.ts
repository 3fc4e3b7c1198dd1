import { expect, test } from "vitest";
import { clockLocale, clockText, utcText } from "./clock";

const options = {
  timeZone: "UTC",
  day: "numeric",
  month: "short",
  hour: "numeric",
  minute: "2-digit",
} as const;

test.each([
  ["ru", "en-US,en;q=0.9", "21 янв., 18:26"],
  ["en", "en-US,en;q=0.9", "Jan 21, 6:26 PM"],
  ["en", "en-GB,en;q=0.9", "21 Jan, 18:26"],
  ["en", "de-DE,de;q=0.9", "21 Jan, 18:26"],
  ["en", null, "21 Jan, 18:26"],
])("a page in %s for a browser that asks for %s says %s", (page, header, text) => {
  expect(clockText(clockLocale(page, header), "2027-01-21T18:26:05Z", options)).toBe(text);
});

test("midnight is not 24 o'clock", () => {
  for (const locale of ["ru", "en-GB"])
    expect(clockText(locale, "2027-01-21T00:05:00Z", options)).toContain("00:05");
});

test("a tooltip has the time in UTC", () =>
  expect(utcText("2027-01-21T18:26:05.123Z")).toBe("2027-01-21 18:26:05 UTC"));
