import { expect, test } from "vitest";
import { csvCell, unguardCell } from "./csv-text";

test.each([
  "=1+1",
  "+1",
  "-1",
  "@a",
  "\tx",
  "'=1",
  "''=1",
  "＝1",
  "it's",
  "'quoted'",
  'a"b',
  "a,b;c",
  "two\r\nlines",
  "",
])("%j is no formula when it is written, and comes back as it was", (value) => {
  const cell = csvCell(value);
  const content = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
  expect(content).not.toMatch(/^[=+\-@\t\r＝]/);
  expect(unguardCell(content)).toBe(value);
});
