import { expect, test } from "vitest";
import { guessColumns, headerOf, setMeaning } from "./columns";
import { hasBom, readCsvHead, withHeader, withoutHeader } from "./csv-head";

const utf8 = (text: string) => new TextEncoder().encode(text);
/** Russian letters of Windows-1251 are in the order of the alphabet, from 0xC0. */
const cp1251 = (text: string) =>
  Uint8Array.from(text, (letter) => (letter >= "А" && letter <= "я" ? letter.charCodeAt(0) - 0x410 + 0xc0 : letter.charCodeAt(0)));
const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
const part = (bytes: Uint8Array<ArrayBuffer>) => new Blob([bytes]);

test("the header and the first rows are read with their quotes, semicolons and line breaks", () => {
  const head = readCsvHead(utf8('phone;"a ""name"""\r\n+79161234567;"two\r\nlines; one cell"\r\n\r\n+79161234568;x'), true, 8);
  expect(head).toMatchObject({
    encoding: "ascii",
    delimiter: ";",
    header: ["phone", 'a "name"'],
    rows: [
      ["+79161234567", "two\r\nlines; one cell"],
      ["+79161234568", "x"],
    ],
  });
});

test("a row that the end of what was read cuts is not shown, and a first line without an end is no header", () => {
  expect(readCsvHead(utf8("phone\n79161234567\n7916"), false, 8)?.rows).toEqual([["79161234567"]]);
  expect(readCsvHead(utf8("phone,and,so,on"), false, 8)).toBeNull();
});

test("a spreadsheet's own format and UTF-16 are no CSV", () => {
  expect(readCsvHead(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), true, 8)).toBeNull();
  expect(readCsvHead(Uint8Array.of(0xff, 0xfe, 0x70, 0), true, 8)).toBeNull();
});

test("other names of columns leave every other byte of the file as it was, in Windows-1251 too", async () => {
  const bytes = cp1251("Телефон;Имя\r\n89161234567;Анна\r\n");
  const head = readCsvHead(bytes, true, 8)!;
  expect(head).toMatchObject({ encoding: "windows-1251", header: ["Телефон", "Имя"], rows: [["89161234567", "Анна"]] });
  const file = await bytesOf(withHeader(part(bytes), head, ["phone", "Имя"], hasBom(bytes)));
  expect(file).toEqual(cp1251("phone;Имя\r\n89161234567;Анна\r\n"));
});

test("a byte order mark stays before the new header", async () => {
  const bytes = new Uint8Array([0xef, 0xbb, 0xbf, ...utf8("Телефон,Имя\n1,Анна")]);
  const head = readCsvHead(bytes, true, 8)!;
  expect(head.header).toEqual(["Телефон", "Имя"]);
  const file = await bytesOf(withHeader(part(bytes), head, ["phone", "a,b"], hasBom(bytes)));
  expect(file).toEqual(new Uint8Array([0xef, 0xbb, 0xbf, ...utf8('phone,"a,b"\n1,Анна')]));
});

test("columns are known by their names, and a phone without a name by what is in it", () => {
  const isPhone = (cell: string) => /^\d{11}$/.test(cell);
  expect(guessColumns(["Номер", "Оператор", "error_line", "город"], [], isPhone).map(({ meaning }) => meaning)).toEqual([
    "phone",
    "operator",
    "left_out",
    "attribute",
  ]);
  const columns = guessColumns(["id", "contact"], [["1", "79161234567"]], isPhone);
  expect(headerOf(columns)).toEqual(["id", "phone"]);
  // The name as it is written beats one that means the same.
  expect(headerOf(guessColumns(["Телефон", "Phone"], [], isPhone))).toEqual(["Телефон", "Phone"]);
});

test("a column that is not to be imported is called so that the import passes over it, and so are two of them", () => {
  let columns = guessColumns(["phone", "secret", "note", "opted_out_at", ""], [], () => false);
  for (const index of [1, 2, 4]) columns = setMeaning(columns, index, "left_out");
  expect(headerOf(columns)).toEqual(["phone", "-", "-", "opted_out_at", "-"]);
});

test("two columns are never the same thing", () => {
  const columns = guessColumns(["phone", "second"], [], () => false);
  expect(setMeaning(columns, 1, "phone").map(({ meaning }) => meaning)).toEqual(["attribute", "phone"]);
});

test.each(["\r\n", "\n"])("a file without a header gets one before its first line, with its own line breaks (%j)", async (newline) => {
  const lines = ["79161234567,Anna", "79161234568,Boris"].join(newline);
  const bytes = new Uint8Array([0xef, 0xbb, 0xbf, ...utf8(lines)]);
  const head = withoutHeader(readCsvHead(bytes, true, 8)!, ["Column 1", "Column 2"]);
  expect(head.rows).toEqual([
    ["79161234567", "Anna"],
    ["79161234568", "Boris"],
  ]);
  const file = await bytesOf(withHeader(part(bytes), head, ["phone", "Column 2"], hasBom(bytes)));
  expect(file).toEqual(new Uint8Array([0xef, 0xbb, 0xbf, ...utf8(`phone,Column 2${newline}${lines}`)]));
});
