import { expect, test } from "vitest";
import { segmentsOf } from "./segments";

test.each([
  ["Hello", "GSM-7", 1],
  ["a".repeat(160), "GSM-7", 1],
  ["a".repeat(161), "GSM-7", 2],
  ["a".repeat(306), "GSM-7", 2],
  ["a".repeat(307), "GSM-7", 3],
  // A euro sign takes two septets.
  [`${"a".repeat(159)}€`, "GSM-7", 2],
  ["Привет, мир!", "UCS-2", 1],
  ["п".repeat(70), "UCS-2", 1],
  ["п".repeat(71), "UCS-2", 2],
  ["😀".repeat(35), "UCS-2", 1],
  ["😀".repeat(36), "UCS-2", 2],
])("%s is %s in %i segments", (text, encoding, segments) => {
  expect(segmentsOf(text)).toMatchObject({ encoding, segments });
});

test("the characters that force UCS-2 are named, each once", () => {
  expect(segmentsOf("Sale «now» — «50 %»").forcesUcs2).toEqual(["«", "»", "—"]);
});
