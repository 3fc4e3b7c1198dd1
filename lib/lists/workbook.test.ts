import { expect, test } from "vitest";
import writeXlsxFile from "write-excel-file/node";
import { ValidationError } from "@/lib/domain/errors";
import { workbookOf, workbookParts, zipped } from "@/test/support/workbook-file";
import { openList } from "./open-list";
import { bytesSource } from "./source";
import { openWorkbook } from "./workbook";

async function rowsOf(bytes: Buffer, options: Parameters<typeof openWorkbook>[1] = {}) {
  const workbook = await openWorkbook(bytesSource(bytes, 1_000), options);
  const rows: (string | number)[][] = [];
  for await (const batch of workbook.rows()) for (const { line, cells } of batch) rows.push([line, ...cells]);
  return rows;
}
const codeOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(ValidationError);
  return (error as ValidationError).errors[0]!.code;
};
const row = (r: number, cells: string) => `<row r="${r}">${cells}</row>`;
const header = row(
  1,
  '<c r="A1" t="inlineStr"><is><t>phone</t></is></c><c r="B1" t="inlineStr"><is><t>note</t></is></c>',
);

test("the number of a cell is read, and not what its format shows", async () => {
  const cells = [
    "79001234567",
    "7.9001234567E10",
    "7.9001234567000000E+10",
    "0.1",
    "0.30000000000000004",
    "-5",
    "1E-3",
    "1234567890123456",
    "1.234567890123456E+15",
    "12345678901234567890",
    "1.2345678901234567E+19",
  ];
  const sheet = cells.map((value, i) => row(i + 1, `<c r="A${i + 1}" s="3"><v>${value}</v></c>`)).join("");
  expect((await rowsOf(workbookOf({ people: sheet }))).map(([, cell]) => cell)).toEqual([
    "79001234567",
    "79001234567",
    "79001234567",
    "0.1",
    "0.3",
    "-5",
    "0.001",
    "1234567890123456",
    "1234567890123456",
    "12345678901234567890",
    "1.2345678901234567E+19",
  ]);
});

test("dates are ISO, by either calendar, and nothing else is a date", async () => {
  const sheet = row(
    1,
    '<c r="A1" s="1"><v>46027</v></c><c r="B1" s="2"><v>46027.4166666667</v></c><c r="C1" s="2"><v>0.5</v></c><c r="D1" s="3"><v>46027</v></c><c r="E1" s="1" t="d"><v>2026-01-05T10:00:00</v></c><c r="F1" s="1"><v>59</v></c><c r="G1" s="1"><v>61</v></c>',
  );
  expect(await rowsOf(workbookOf({ people: sheet }))).toEqual([
    [
      1,
      "2026-01-05",
      "2026-01-05T10:00:00",
      "12:00:00",
      "46027",
      "2026-01-05T10:00:00",
      "1900-02-28",
      "1900-03-01",
    ],
  ]);
  const from1904 = workbookOf(
    { people: row(1, '<c r="A1" s="1"><v>44565</v></c>') },
    { pr: '<workbookPr date1904="1"/>' },
  );
  expect(await rowsOf(from1904)).toEqual([[1, "2026-01-05"]]);
});

test("all kinds of cells are read, wherever they stand, and lines are the sheet's own", async () => {
  const texts = [
    "Анна &amp; Ко",
    "<r><t>два </t></r><r><t>куска</t></r><rPh><t>слышно</t></rPh>",
    "a_x000D_b",
    "",
  ];
  const sheet = [
    row(
      2,
      '<c r="A2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c><c r="D2" t="b"><v>1</v></c><c r="E2" t="b"><v>0</v></c>',
    ),
    row(
      5,
      '<c t="str"><f>A1</f><v>formula</v></c><c t="e"><v>#N/A</v></c><c s="1"/><c t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c>',
    ),
    '<row><c t="s"><v>2</v></c><c t="s"><v>3</v></c><c><v>1</v></c></row>',
  ].join("");
  expect(await rowsOf(workbookOf({ people: sheet }, { texts }))).toEqual([
    [2, "Анна & Ко", "", "два куска", "true", "false"],
    [5, "formula", "#N/A", "", "inline"],
    [6, "a\rb", "", "1"],
  ]);
});

test("the first sheet that is not hidden is read, or the one that is named", async () => {
  const cell = (text: string) => row(1, `<c r="A1" t="inlineStr"><is><t>${text}</t></is></c>`);
  const bytes = workbookOf(
    { old: cell("old"), people: cell("people"), more: cell("more") },
    { hidden: ["old"] },
  );
  expect(await rowsOf(bytes)).toEqual([[1, "people"]]);
  expect(await rowsOf(bytes, { sheet: "more" })).toEqual([[1, "more"]]);
  expect(await rowsOf(bytes, { sheet: "old" })).toEqual([[1, "old"]]);
  expect(await codeOf(openWorkbook(bytesSource(bytes), { sheet: "none" }))).toBe("unknown_sheet");
  expect((await openWorkbook(bytesSource(bytes))).sheets).toEqual(["old", "people", "more"]);
});

test("a workbook that another library wrote is a list like any other", async () => {
  const file = await writeXlsxFile([
    ["phone", "name", "tags", "opted_out_at", "since"].map((value) => ({ value })),
    [
      { value: 79001234567 },
      { value: "Анна" },
      { value: "VIP|Новости" },
      null,
      { value: new Date(Date.UTC(2026, 0, 5)), format: "dd.mm.yyyy" },
    ],
    [
      { value: "8 (900) 123-45-68" },
      { value: "Пётр" },
      null,
      { value: new Date(Date.UTC(2026, 0, 5)), format: "dd.mm.yyyy" },
      null,
    ],
  ] as never).toBuffer();
  const list = await openList(bytesSource(file));
  const rows = [];
  for await (const batch of list.rows()) rows.push(...batch);
  expect(list.summary).toMatchObject({
    format: "xlsx",
    isSure: true,
    rows: 2,
    rejected: 0,
    nationalCount: 1,
  });
  expect(rows).toMatchObject([
    {
      line: 2,
      phone: "+79001234567",
      tags: ["VIP", "Новости"],
      attributes: { name: "Анна", since: "2026-01-05" },
      isOptedOut: false,
    },
    { line: 3, phone: "+79001234568", isOptedOut: true, optedOutAt: "2026-01-05T00:00:00.000Z" },
  ]);
});

test("cells without an end of rows, far to the right, are surplus and take no memory", async () => {
  const sheet =
    header +
    row(2, '<c r="A2"><v>79001234567</v></c><c r="XFD2"><v>1</v></c>') +
    row(3, '<c r="A3"><v>79001234568</v></c><c r="XFD3" s="1"/>');
  const list = await openList(bytesSource(workbookOf({ people: sheet })));
  const rows = [];
  for await (const batch of list.rows()) rows.push(...batch);
  expect(rows.map(({ line, problems }) => [line, problems.map(({ code }) => code)])).toEqual([
    [2, ["surplus_cell"]],
    [3, []],
  ]);
});

const phones = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    row(i + 2, `<c r="A${i + 2}"><v>${79_001_000_000 + i}</v></c>`),
  ).join("");
const readAll = (bytes: Buffer, zip: { unpackedBytesMax: number; ratioMax: number }) =>
  openList(bytesSource(bytes), { bounds: { zip } }).then(async (list) => {
    for await (const _ of list.rows());
  });

test("what unpacks to more than it may is refused, whatever it says of itself", async () => {
  const bytes = workbookOf({ people: header + phones(20_000) });
  await readAll(bytes, { unpackedBytesMax: 10_000_000, ratioMax: 200 });
  expect(await codeOf(readAll(bytes, { unpackedBytesMax: 500_000, ratioMax: 200 }))).toBe(
    "workbook_too_large",
  );
  const bomb = workbookOf({ people: header + "<row/>".repeat(1_500_000) });
  expect(bomb.length).toBeLessThan(100_000);
  expect(await codeOf(readAll(bomb, { unpackedBytesMax: 2 ** 30, ratioMax: 200 }))).toBe(
    "workbook_too_large",
  );
  const lying = zipped(workbookParts({ people: header + " ".repeat(20_000_000) }), 100);
  expect(["workbook_too_large", "workbook_broken"]).toContain(
    await codeOf(readAll(lying, { unpackedBytesMax: 2 ** 30, ratioMax: 2_000 })),
  );
});

test.each([
  [
    "a text without an end",
    `<c r="A2" t="inlineStr"><is><t>${"x".repeat(6_000_000)}</t></is></c>`,
    "workbook_too_large",
  ],
  ["a comment without an end", `<!--${"x".repeat(6_000_000)}-->`, "workbook_too_large"],
  ["a sheet that breaks off", '<c r="A2"><v>', "workbook_broken"],
  ["an entity of its own", "<c><v>&bomb;</v></c>", "workbook_broken"],
  ["a text that there is not", '<c r="A2" t="s"><v>7</v></c>', "workbook_broken"],
  ["two rows of one line", '<c r="A2"><v>7</v></c></row><row r="2">', "workbook_broken"],
  ["a line that there is not", '</row><row r="3000000000">', "workbook_broken"],
  ["a column that there is not", '<c r="12"><v>7</v></c>', "workbook_broken"],
])("%s is refused", async (_, cells, code) => {
  const bytes = workbookOf({ people: `${header}<row r="2">${cells}</row>` });
  expect(await codeOf(readAll(bytes, { unpackedBytesMax: 2 ** 30, ratioMax: 5_000 }))).toBe(code);
});

test.each([
  ["a zip of something else", zipped({ "a.txt": "hello" }), "workbook_broken"],
  ["a zip that breaks off", workbookOf({ people: header }).subarray(0, 300), "workbook_broken"],
  ["a zip with a damaged part", corrupted(workbookOf({ people: header + phones(2_000) })), "workbook_broken"],
  ["Excel's old format", Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), "workbook_old"],
  ["a PDF", Buffer.from("%PDF-1.7\n"), "not_a_list"],
  ["an empty sheet", workbookOf({ people: "" }), "header_missing"],
])("%s is refused", async (_, bytes, code) => {
  expect(await codeOf(readAll(bytes, { unpackedBytesMax: 2 ** 30, ratioMax: 200 }))).toBe(code);
});

function corrupted(bytes: Buffer): Buffer {
  const at = bytes.indexOf("xl/worksheets/sheet0.xml") + 200;
  return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(200, 0xff), bytes.subarray(at + 200)]);
}

test("a text that is longer than a cell may be is refused with its row", async () => {
  const list = await openList(
    bytesSource(
      workbookOf(
        { people: header + row(2, '<c r="A2"><v>79001234567</v></c><c r="B2" t="s"><v>0</v></c>') },
        { texts: ["x".repeat(40_000)] },
      ),
    ),
  );
  const rows = [];
  for await (const batch of list.rows()) rows.push(...batch);
  expect(rows[0]!.problems[0]).toMatchObject({ code: "cell_too_long", column: "note" });
});
