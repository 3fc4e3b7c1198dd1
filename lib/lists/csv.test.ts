import fc from "fast-check";
import { expect, test } from "vitest";
import { QUOTED_LINES_MAX, type RawRow, ROW_LENGTH_MAX, RowSplitter } from "./csv";

const startsWithPhone = (line: string) => /^"?\+79\d{9}"?[,;\t]/.test(line);

function split(
  text: string,
  { delimiter = ";", piece = text.length || 1, looksLikeRow = startsWithPhone } = {},
): RawRow[] {
  const splitter = new RowSplitter(delimiter, looksLikeRow);
  const rows: RawRow[] = [];
  const take = () => {
    for (let row = splitter.next(); row; row = splitter.next()) rows.push(row);
  };
  for (let at = 0; at < text.length; at += piece) {
    splitter.feed(text.slice(at, at + piece));
    take();
  }
  splitter.end();
  take();
  return rows;
}

/** The same whatever pieces the text comes in. */
function splitAnyhow(text: string, delimiter = ";"): RawRow[] {
  const rows = split(text, { delimiter });
  for (const piece of [1, 2, 3, 7])
    expect(split(text, { delimiter, piece }), `in pieces of ${piece}`).toEqual(rows);
  return rows;
}
const lines = (rows: RawRow[]) => rows.map(({ line, cells, problem }) => [line, problem ?? cells]);

test("an opening quote that closes nowhere, or in the middle of a cell, rejects its line alone", () => {
  const text =
    'phone;name\r\n+79000001401;Анна\r\n+79000001402;"ООО Ромашка\r\n+79000001403;Пётр\r\n+79000001404;Иван\r\n+79000001405;"Лютик" ООО\r\n+79000001406;Вера\r\n';
  const rows = splitAnyhow(text);
  expect(lines(rows)).toEqual([
    [1, ["phone", "name"]],
    [2, ["+79000001401", "Анна"]],
    [3, "quote_open"],
    [4, ["+79000001403", "Пётр"]],
    [5, ["+79000001404", "Иван"]],
    [6, "quote_inside"],
    [7, ["+79000001406", "Вера"]],
  ]);
  expect(rows[2]!.cells).toEqual(["+79000001402", '"ООО Ромашка']);
  expect(rows[5]!.cells).toEqual(["+79000001405", '"Лютик" ООО']);
});

test.each([
  [
    "the last line",
    'a;b\n+79000000001;"x',
    [
      [1, ["a", "b"]],
      [2, "quote_open"],
    ],
  ],
  ["the only line", '"', [[1, "quote_open"]]],
  [
    "a line whose quote a later one closes by chance",
    '+79000000001;"ООО\n+79000000002;Пётр\n+79000000003;Экран 5"\n+79000000004;x\n',
    [
      [1, "quote_open"],
      [2, ["+79000000002", "Пётр"]],
      [3, "quote_inside"],
      [4, ["+79000000004", "x"]],
    ],
  ],
  [
    "a line before one that is quoted whole",
    '"+79000000001";"ООО\n"+79000000002";"Пётр"\n',
    [
      [1, "quote_open"],
      [2, ["+79000000002", "Пётр"]],
    ],
  ],
  [
    "a quote too many",
    '+79000000001;"Анна""\n+79000000002;Пётр\n',
    [
      [1, "quote_open"],
      [2, ["+79000000002", "Пётр"]],
    ],
  ],
  [
    "a quote in a cell without",
    '+79000000001;ООО "Роза"\n+79000000002;Пётр\n',
    [
      [1, "quote_inside"],
      [2, ["+79000000002", "Пётр"]],
    ],
  ],
  [
    "a lost opening quote",
    '+79000000001;Роза";x\n+79000000002;Пётр\n',
    [
      [1, "quote_inside"],
      [2, ["+79000000002", "Пётр"]],
    ],
  ],
  [
    "damage behind a good cell of two lines",
    '1;"a\nb";"c\n4;d\n',
    [
      [1, "quote_open"],
      [2, "quote_inside"],
      [3, ["4", "d"]],
    ],
  ],
] as const)("damage in %s is its own", (_, text, expected) =>
  expect(lines(splitAnyhow(text))).toEqual(expected),
);

test("a quoted cell may have lines, but not a hundred", () => {
  const cell = (breaks: number, end: string) => `1;"${`x${end}`.repeat(breaks)}";y${end}2;z${end}`;
  for (const end of ["\n", "\r\n", "\r"]) {
    const rows = splitAnyhow(cell(QUOTED_LINES_MAX - 1, end));
    expect(lines(rows)).toEqual([
      [1, ["1", `x${end}`.repeat(QUOTED_LINES_MAX - 1), "y"]],
      [QUOTED_LINES_MAX + 1, ["2", "z"]],
    ]);
    expect(lines(splitAnyhow(cell(QUOTED_LINES_MAX, end))).at(0)).toEqual([1, "quote_open"]);
    expect(lines(splitAnyhow(cell(QUOTED_LINES_MAX, end))).at(-1)).toEqual([
      QUOTED_LINES_MAX + 2,
      ["2", "z"],
    ]);
  }
});

test("CR, LF and CRLF end lines, mixed too, and empty lines count", () => {
  expect(lines(splitAnyhow('a\n"b"\r\n"c"\rd\r\r\ne\n\n\nf'))).toEqual([
    [1, ["a"]],
    [2, ["b"]],
    [3, ["c"]],
    [4, ["d"]],
    [5, [""]],
    [6, ["e"]],
    [7, [""]],
    [8, [""]],
    [9, ["f"]],
  ]);
});

test('blanks around quotes are no damage, nor is ="…"', () => {
  expect(lines(splitAnyhow(' "a;b" ;="79001234567";"=""79001234567""";  x  ; ""\n', ";"))).toEqual([
    [1, ["a;b", '="79001234567"', '="79001234567"', "  x  ", ""]],
  ]);
  expect(lines(splitAnyhow('="79;\n="a"b;\nx="a"\n'))).toEqual([
    [1, "quote_inside"],
    [2, "quote_inside"],
    [3, "quote_inside"],
  ]);
});

test("a line without an end is cut, shown by its beginning, and the next one read", () => {
  for (const piece of [100_000, ROW_LENGTH_MAX * 4])
    for (const [text, problem] of [
      [`1;${"x".repeat(ROW_LENGTH_MAX)}\r\n2;y`, "line_too_long"],
      [`1;"${"x".repeat(ROW_LENGTH_MAX)}"\r\n2;y`, "line_too_long"],
      [`1;"${"x".repeat(ROW_LENGTH_MAX * 2)}\r\n2;y`, "line_too_long"],
    ] as const) {
      const rows = split(text, { piece });
      expect(lines(rows)).toEqual([
        [1, problem],
        [2, ["2", "y"]],
      ]);
      expect(rows[0]!.cells.join(";").length).toBeLessThan(10_000);
    }
});

const cell = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.string({ unit: fc.constantFrom('"', ";", ",", "\t", "\n", "\r", " ", "a", "Ж"), maxLength: 8 }),
);
const tables = fc
  .integer({ min: 1, max: 4 })
  .chain((width) =>
    fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }),
  );
const styles = fc.record({
  delimiter: fc.constantFrom(",", ";", "\t"),
  ends: fc.array(fc.constantFrom("\n", "\r\n", "\r"), { minLength: 1, maxLength: 5 }),
  quoteAll: fc.boolean(),
  lastEnd: fc.boolean(),
  piece: fc.integer({ min: 1, max: 50 }),
});

const written = (value: string, delimiter: string, quoteAll: boolean) =>
  quoteAll || value.includes(delimiter) || /["\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

function write(
  table: string[][],
  {
    delimiter,
    ends,
    quoteAll,
    lastEnd,
  }: { delimiter: string; ends: string[]; quoteAll: boolean; lastEnd: boolean },
): string[] {
  const lines = table.map((row) => row.map((value) => written(value, delimiter, quoteAll)).join(delimiter));
  return lines.map((line, i) => {
    // A last line of nothing, without an end, is no line.
    const isEnded = i < table.length - 1 || lastEnd || line === "";
    const end = ends[i % ends.length]!;
    // A CR and the LF that ends an empty line would be one end.
    return line + (isEnded ? (end === "\r" && lines[i + 1] === "" ? "\r\n" : end) : "");
  });
}

test("whatever is written is read, with every delimiter, line end and style of quotes", () => {
  fc.assert(
    fc.property(tables, styles, (table, style) => {
      const rows = split(write(table, style).join(""), { ...style, looksLikeRow: () => false });
      expect(rows.map(({ cells, problem }) => ({ cells, problem }))).toEqual(
        table.map((cells) => ({ cells, problem: null })),
      );
    }),
    { numRuns: 500 },
  );
});

test("one damaged line damages no other", () => {
  const people = fc.array(fc.array(fc.oneof(cell, fc.constant("")), { minLength: 2, maxLength: 2 }), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(people, styles, fc.nat(), fc.nat(), (people, style, at, where) => {
      // Each is one line, as people are, and begins with a phone.
      const table = people.map((cells, i) => [
        `+7900000000${i}`,
        ...cells.map((value) => value.replace(/[\r\n]/g, " ")),
      ]);
      const texts = write(table, { ...style, lastEnd: true });
      const victim = at % texts.length;
      const line = texts[victim]!;
      const content = line.replace(/[\r\n]+$/, "");
      const spot = where % (content.length + 1);
      texts[victim] = `${line.slice(0, spot)}"${line.slice(spot)}`;
      const rows = split(texts.join(""), { ...style, looksLikeRow: startsWithPhone });
      const others = rows.filter(({ line }) => line !== victim + 1);
      expect(others.map(({ line, cells, problem }) => ({ line, cells, problem }))).toEqual(
        table.flatMap((cells, i) => (i === victim ? [] : [{ line: i + 1, cells, problem: null }])),
      );
    }),
    { numRuns: 1_000 },
  );
});
