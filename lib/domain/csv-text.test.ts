import { expect, test } from "vitest";
import { csvCell, csvDecoder, detectDelimiter, NotCsvError, unguardCell } from "./csv-text";

const text = "phone;имя\r\n+79161234567;Щука «Ёж»\r\n";
const windows1251 = (s: string) =>
  Buffer.from(
    [...s].map((c) => ({ "«": 0xab, "»": 0xbb, Ё: 0xa8, ё: 0xb8 })[c] ?? (c > "\x7f" ? c.charCodeAt(0) - 0x350 : c.charCodeAt(0))),
  );

test.each([
  ["UTF-8", Buffer.from(text)],
  ["UTF-8 with a BOM", Buffer.from(`\ufeff${text}`)],
  ["Windows-1251", windows1251(text)],
] as const)("%s is read wherever it is cut into chunks", (_, bytes) => {
  for (const size of [1, 2, 3, 5, 7, 1000]) {
    const decoder = csvDecoder();
    let read = "";
    for (let i = 0; i < bytes.length; i += size) read += decoder.write(bytes.subarray(i, i + size));
    expect(read + decoder.end()).toBe(text);
  }
});

test("a single Windows-1251 letter at the end of a file is read", () => {
  const decoder = csvDecoder();
  expect(decoder.write(windows1251("phone\n1,Щ")) + decoder.end()).toBe("phone\n1,Щ");
});

test.each([
  ["UTF-16", Buffer.from([0xff, 0xfe, 0x70, 0])],
  ["a workbook", Buffer.from([0x50, 0x4b, 3, 4])],
  ["NUL bytes", Buffer.from("a\0b")],
])("%s is refused at once", (_, bytes) => expect(() => csvDecoder().write(bytes)).toThrow(NotCsvError));

test.each([
  ["phone,operator", ","],
  ["phone;operator", ";"],
  ['phone;"a,b,c"', ";"],
  ["phone", ","],
])("the delimiter of %s is %s", (header, delimiter) => expect(detectDelimiter(header)).toBe(delimiter));

test.each(["=1+1", "+1", "-1", "@a", "\tx", "'=1", "''=1", "＝1", "it's", "'quoted'", 'a"b', "a,b;c", "two\r\nlines", ""])(
  "%j is no formula when it is written, and comes back as it was",
  (value) => {
    const cell = csvCell(value);
    const content = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
    expect(content).not.toMatch(/^[=+\-@\t\r＝]/);
    expect(unguardCell(content)).toBe(value);
  },
);
