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
  "a;=1+1",
  "a,=1",
  "a\t@x",
  "a|-1|'+2",
  "- one\r\n- two",
  'x;"=1+1"',
  "a;;''=1",
  "\t\t\t",
  "\r\n=",
])("%j is no formula when it is written, and comes back as it was", (value) => {
  const cell = csvCell(value);
  const content = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
  expect(content).not.toMatch(/^[=+\-@\t\r＝]/);
  // However a spreadsheet cuts the line, no part of it is a formula.
  for (const part of cell.split(/[,;|\t\r\n]/)) expect(part).not.toMatch(/^"*[=+\-@＝]/);
  expect(unguardCell(content)).toBe(value);
});
