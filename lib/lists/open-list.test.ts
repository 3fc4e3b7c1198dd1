import { execFile } from "node:child_process";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvRow } from "@/lib/domain/audience/csv-text";
import { ValidationError } from "@/lib/domain/errors";
import { encoded } from "@/test/support/encoded";
import { type ListOptions, openList } from "./open-list";
import { CELL_LENGTH_MAX, type ListRow } from "./rows";
import { bytesSource } from "./source";
import { takeSurvey } from "./survey";

async function readList(file: string | Uint8Array, options: ListOptions = {}, piece?: number) {
  const bytes = typeof file === "string" ? Buffer.from(file) : file;
  const list = await openList(bytesSource(bytes, piece), options);
  const rows: ListRow[] = [];
  for await (const batch of list.rows()) rows.push(...batch);
  return { summary: list.summary, rows };
}
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error) => {
      expect(error).toBeInstanceOf(ValidationError);
      return (error as ValidationError).errors[0]!.code;
    },
  );
/** What of a row tells whether it was understood: the phone, or why it is refused. */
const gist = (rows: ListRow[]) =>
  rows.map(({ line, phone, problems, isRejected }) => [
    line,
    isRejected ? problems.map(({ code }) => code).join(" ") : phone,
  ]);

describe("files that people really send", () => {
  test("a broken byte in a file of UTF-8 rejects its row and changes nobody's tag", async () => {
    const file = Buffer.concat([
      Buffer.from(
        "phone,operator,tags,name\r\n+79000000101,t2,Клиенты,Анна\r\n+79000000102,t2,Клиенты,Пётр\r\n+79000000103,t2,Клиенты,С",
      ),
      Buffer.from([0xd0]),
      Buffer.from("\r\n"),
    ]);
    const { summary, rows } = await readList(file);
    expect(summary).toMatchObject({ encoding: "utf-8", isSure: true, rows: 3, rejected: 1 });
    expect(gist(rows)).toEqual([
      [2, "+79000000101"],
      [3, "+79000000102"],
      [4, "broken_letter"],
    ]);
    expect(rows[0]).toMatchObject({ operator: "t2", tags: ["Клиенты"], attributes: { name: "Анна" } });
    expect(rows[2]!.problems[0]).toMatchObject({ column: "name", value: "С\ufffd" });
  });

  test("numbers of another country are that country's when it is named, and seen when it is not", async () => {
    const file =
      "phone,name\n(917) 555-0123,New York\n(910) 555-0144,North Carolina\n84912345678,Vietnam without plus\n+12025550123,control\n";
    const assumed = await readList(file);
    expect(gist(assumed.rows)).toEqual([
      [2, "+79175550123"],
      [3, "+79105550144"],
      [4, "not_mobile"],
      [5, "+12025550123"],
    ]);
    expect(assumed.summary).toMatchObject({
      country: "RU",
      nationalCount: 2,
      nationalSamples: [
        { line: 2, value: "(917) 555-0123", phone: "+79175550123" },
        { line: 3, value: "(910) 555-0144", phone: "+79105550144" },
      ],
    });
    const named = await readList(file, { country: "US" });
    expect(gist(named.rows)).toEqual([
      [2, "+19175550123"],
      [3, "+19105550144"],
      [4, "phone_too_long"],
      [5, "+12025550123"],
    ]);
    expect(await codeOf(readList(file, { country: "XX" }))).toBe("unknown_country");
  });

  test("a number that has lost a digit is nobody's", async () => {
    const { rows } = await readList(
      "phone,operator,name\n8 (900) 123-45-6,t2,one digit lost\n7900123456,t2,one digit lost\n+7900123456,t2,control: refused\n89001234567,t2,control: good\n",
    );
    expect(gist(rows)).toEqual([
      [2, "phone_impossible"],
      [3, "phone_impossible"],
      [4, "phone_too_short"],
      [5, "+79001234567"],
    ]);
    expect(rows[0]!.problems).toEqual([
      { code: "phone_impossible", column: "phone", value: "8 (900) 123-45-6", isWarning: false },
    ]);
    expect(rows[0]!.cells).toEqual(["8 (900) 123-45-6", "t2", "one digit lost"]);
  });

  test("who has opted out in our own export has opted out", async () => {
    const { summary, rows } = await readList(
      "phone,operator,tags,timezone,opted_out_at\n+79000000401,t2,Клиенты,,2026-01-05T10:00:00.000Z\n+79000000402,t2,Клиенты,,\n",
    );
    expect(summary.columns.map(({ meaning }) => meaning)).toEqual([
      "phone",
      "operator",
      "tags",
      "timezone",
      "opted_out",
    ]);
    expect(rows).toMatchObject([
      { phone: "+79000000401", isOptedOut: true, optedOutAt: "2026-01-05T10:00:00.000Z" },
      { phone: "+79000000402", isOptedOut: false, optedOutAt: null },
    ]);
  });

  test("empty cells are told from those with something in them", async () => {
    expect(
      (await readList("phone,tags,city,name\n+79000000701,Клиенты|VIP,Москва,Анна\n")).rows,
    ).toMatchObject([{ tags: ["Клиенты", "VIP"], attributes: { city: "Москва", name: "Анна" } }]);
    const [row] = (await readList("phone,tags,city\n+79000000701,Событие-2026,\n")).rows;
    expect(row).toMatchObject({ tags: ["Событие-2026"], attributes: {} });
  });

  test.each(["\u200b", "\u2060", "\u00ad", "\u3164", "\ufeff", "\u00a0"])(
    "a cell of %j alone is empty, and at the ends of others it is nothing; inside it stays",
    async (unseen) => {
      const lines = [`+79000000701,${unseen}`, `+79000000702,${unseen}Ка${unseen}зань${unseen}`];
      const { rows } = await readList(`phone,name\n${lines.join("\n")}\n`);
      expect(rows.map(({ attributes }) => attributes)).toEqual([{}, { name: `Ка${unseen}зань` }]);
    },
  );

  test("joiners in emoji and in Persian words stay", async () => {
    const name = "👩\u200d🚀❤\ufe0f می\u200cخواهم";
    const [row] = (await readList(`phone,name\n+79000000701,${name}\n`)).rows;
    expect(row!.attributes).toEqual({ name });
  });

  test("an encoding that is not sure comes with candidates and samples, and an explicit one is taken", async () => {
    const western = Buffer.from(
      "phone;operator;tags;name\r\n+79000000801;t2;Caf\xe9;M\xfcller\r\n+79000000802;t2;Ni\xf1os;Jos\xe9\r\n",
      "latin1",
    );
    const read = await readList(western);
    expect(read.summary).toMatchObject({ encoding: "windows-1252", isSure: false, delimiter: ";" });
    expect(read.summary.candidates[0]!.samples).toEqual(["Café", "Müller", "Niños"]);
    expect((await readList(western, { encoding: "windows-1252" })).summary.isSure).toBe(true);
    const dos = Buffer.from("phone;operator;name\r+79000000811;t2;\x88\xa2\xa0\xad\r", "latin1");
    expect((await readList(dos)).summary).toMatchObject({
      isSure: false,
      candidates: [{ encoding: "ibm866", samples: ["Иван"] }, {}, {}, {}, {}],
    });
    const { summary, rows } = await readList(dos, { encoding: "cp866" });
    expect(summary).toMatchObject({ encoding: "ibm866", isSure: true });
    expect(rows).toMatchObject([{ line: 2, phone: "+79000000811", attributes: { name: "Иван" } }]);
  });

  test("each row of a person on several rows is told, with the same phone however it is written", async () => {
    const { rows } = await readList(
      "phone,tags\n+79000001201,VIP\n8 900 000-12-01,Новости\n+79000001201,Акции\n",
    );
    expect(rows.map(({ phone, tags }) => [phone, ...tags])).toEqual([
      ["+79000001201", "VIP"],
      ["+79000001201", "Новости"],
      ["+79000001201", "Акции"],
    ]);
  });

  test("rows without trailing empty cells, or with more of them, are read; one with something more is not", async () => {
    const { rows } = await readList(
      "phone;operator;tags;note\r\n+79000001301;t2;Клиенты;ok\r\n+79000001302;t2\r\n+79000001303;t2;;\r\n+79000001304\r\n+79000001305;t2;Клиенты;ok;\r\n+79000001306;t2;;x;;more\r\n",
    );
    expect(gist(rows)).toEqual([
      [2, "+79000001301"],
      [3, "+79000001302"],
      [4, "+79000001303"],
      [5, "+79000001304"],
      [6, "+79000001305"],
      [7, "surplus_cell"],
    ]);
    expect(rows[3]).toMatchObject({ operator: null, tags: [], attributes: {} });
  });

  test("an unclosed quote costs its line alone", async () => {
    const { summary, rows } = await readList(
      'phone;name\r\n+79000001401;Анна\r\n+79000001402;"ООО Ромашка\r\n+79000001403;Пётр\r\n+79000001404;Иван\r\n+79000001405;"Лютик" ООО\r\n+79000001406;Вера\r\n',
    );
    expect(gist(rows)).toEqual([
      [2, "+79000001401"],
      [3, "quote_open"],
      [4, "+79000001403"],
      [5, "+79000001404"],
      [6, "quote_inside"],
      [7, "+79000001406"],
    ]);
    expect(summary).toMatchObject({ rows: 6, rejected: 2, errors: { quote_open: 1, quote_inside: 1 } });
    // The rejected row, corrected by nobody but the writer of the error file, can be read.
    expect((await readList(csvRow(["phone", "name"]) + csvRow(rows[1]!.cells!))).rows).toMatchObject([
      { phone: "+79000001402", attributes: { name: '"ООО Ромашка' } },
    ]);
  });

  test("a quote that a later line closes by chance swallows nobody", async () => {
    const { rows } = await readList(
      'phone;name\n+79000001402;"ООО Ромашка\n8 900 000-14-03;Пётр\n12345678;Иван\n+79000001405;Экран 5"\n+79000001406;"Дом\nи сад"\n',
    );
    expect(gist(rows)).toEqual([
      [2, "quote_open"],
      [3, "+79000001403"],
      [4, "phone_too_short"],
      [5, "quote_inside"],
      [6, "+79000001406"],
    ]);
    expect(rows[4]!.attributes).toEqual({ name: "Дом\nи сад" });
  });

  test("nor somebody whose own phone is wrong", async () => {
    const { rows } = await readList(
      'phone;name\n+79000001402;"ООО\n12345678;Иван\n+7900;Вера"\n+79000001404;Пётр\n',
    );
    expect(gist(rows)).toEqual([
      [2, "quote_open"],
      [3, "phone_too_short"],
      [4, "quote_inside"],
      [5, "+79000001404"],
    ]);
  });

  test("any line end splits, whatever the header has", async () => {
    const { rows } = await readList(
      'phone,tags,"name"\n"+79000001501","VIP","Анна"\r\n"+79000001502","VIP","Пётр"\r\n',
    );
    expect(rows).toMatchObject([
      { line: 2, phone: "+79000001501", tags: ["VIP"], attributes: { name: "Анна" } },
      { line: 3, phone: "+79000001502", tags: ["VIP"], attributes: { name: "Пётр" } },
    ]);
  });

  test("what nobody sees is in nobody's way", async () => {
    const { rows } = await readList(
      "phone,operator,name\n\u202a+79000001601\u202c,t2,a\n\u2068+79000001602\u2069,t2,b\n\u200e79000001603,t2,c\n+7\ufe0d9000001604,t2,d\n\u001f79000001605,t2,e\n+7\u00a0(900)\u00a0000-16-06,t2,f\n＋７９０００００１６０７,t2,g\n",
    );
    expect(rows.map(({ phone }) => phone)).toEqual(
      Array.from({ length: 7 }, (_, i) => `+7900000160${i + 1}`),
    );
  });

  test.each([
    ["sep=;\r\nphone;operator;tags\r\n+79000001801;t2;VIP\r\n", ";", 3],
    ['"sep=|"\nphone|operator|tags\n+79000001801|t2|VIP\n', "|", 3],
    ["sep=,,,\nphone,operator,tags\n+79000001801,t2,VIP\n", ",", 3],
    ["\ufeffsep=\t\nphone\toperator\ttags\n+79000001801\tt2\tVIP\n", "\t", 3],
    ["phone\toperator\ttags\r\n+79000001801\tt2\tVIP\r\n", "\t", 2],
    ["\r\n\r\nphone;operator;tags\r\n+79000001801;t2;VIP\r\n", ";", 4],
    ['"телефон";"a, b, c, d, e";"operator";"tags"\n+79000001801;;t2;VIP\n', ";", 2],
    ["phone;a,b,c,d,e;operator;tags\n+79000001801;;t2;VIP\n", ";", 2],
    ['phone;"two\nlines, a, b, c";operator;tags\n+79000001801;;t2;VIP\n', ";", 3],
  ])("the delimiter shows, with a line for spreadsheets or without (%j)", async (file, delimiter, line) => {
    const { summary, rows } = await readList(file);
    expect(summary.delimiter).toBe(delimiter);
    expect(rows).toMatchObject([{ line, phone: "+79000001801", operator: "t2", tags: ["VIP"] }]);
  });
});

describe("encodings", () => {
  const text = "phone;Имя\r\n+79001234567;Щука «Ёж»\r\n8 (900) 123-45-68;Юлия Сергеевна\r\n";
  test.each([
    ["utf-8", Buffer.from(text)],
    ["utf-8", Buffer.from(`\ufeff${text}`)],
    ["utf-16le", Buffer.from(`\ufeff${text}`, "utf16le")],
    ["utf-16be", Buffer.from(`\ufeff${text}`, "utf16le").swap16()],
    ["utf-16le", Buffer.from(text, "utf16le")],
    ["utf-16be", Buffer.from(text, "utf16le").swap16()],
    ["windows-1251", encoded(text, "windows-1251")],
    ["koi8-r", encoded(text.replace(/[«»]/g, '""').replaceAll('""Ёж""', "Ёж"), "koi8-r")],
  ])("a list in %s is read, in whatever pieces it comes", async (encoding, bytes) => {
    for (const piece of [1, 3, 1_000]) {
      const { summary, rows } = await readList(bytes, {}, piece);
      expect(summary).toMatchObject({ encoding, isSure: true, rows: 2, rejected: 0 });
      expect(rows[1]).toMatchObject({ phone: "+79001234568", attributes: { Имя: "Юлия Сергеевна" } });
    }
  });

  test("what was counted while the bytes arrived need not be counted again", async () => {
    const bytes = encoded(text, "windows-1251");
    const taker = takeSurvey();
    taker.write(bytes);
    const whole: number[] = [];
    const source = bytesSource(bytes);
    const read = (start: number, end?: number) => {
      if (end === undefined) whole.push(start);
      return source.read(start, end);
    };
    const list = await openList({ size: source.size, read }, { survey: taker.end() });
    expect(list.summary.encoding).toBe("windows-1251");
    expect(whole).toEqual([0]);
  });

  test.each(["klingon", ""])("an encoding %j is refused", async (encoding) =>
    expect(await codeOf(readList("phone\n", { encoding }))).toBe("unknown_encoding"),
  );
  test("a delimiter of letters is refused", async () =>
    expect(await codeOf(readList("phone\n", { delimiter: "ab" }))).toBe("unknown_delimiter"));
});

describe("columns", () => {
  const meaningsOf = async (header: string) =>
    (await readList(`${header}\n`)).summary.columns.map(({ meaning }) => meaning);

  test.each([
    ["phone,operator,tags,timezone,city", ["phone", "operator", "tags", "timezone", "attribute"]],
    ["Phone,OPERATOR,Tags,TimeZone", ["phone", "operator", "tags", "timezone"]],
    ["Телефон;Оператор;Метки;Часовой пояс;Имя", ["phone", "operator", "tags", "timezone", "attribute"]],
    ["Номер телефона,Отписан", ["phone", "opted_out"]],
    ["mobile,unsubscribed", ["phone", "opted_out"]],
    ["phone,Телефон", ["phone", "attribute"]],
    ["Телефон,phone", ["attribute", "phone"]],
    [
      "error_line,error_reason,phone,-,-,note,,",
      ["passed_over", "passed_over", "phone", "passed_over", "passed_over", "attribute"],
    ],
    ["\u200bphone\u200e,, \u00ad name", ["phone", "nameless", "attribute"]],
    ["phone,opted_out,opted_out_at,отказ", ["phone", "opted_out", "opted_out", "opted_out"]],
  ])("%s", async (header, meanings) => expect(await meaningsOf(header)).toEqual(meanings));

  test("a name is the same however its letters are composed, and twice in one file refused", async () => {
    const header = "Край\u200b".normalize("NFD");
    const [row] = (await readList(`phone,${header}\n+79000000701,x\n`)).rows;
    expect(row!.attributes).toEqual({ Край: "x" });
    expect(await codeOf(readList(`phone,Край,${header}\n`))).toBe("column_twice");
  });

  test.each([
    ["", "header_missing"],
    ["\n\n", "header_missing"],
    [";;\n", "header_missing"],
    ["name,city\na,b\n", "column_phone_missing"],
    ["+79001234567,Анна\n+79001234568,Пётр\n", "header_is_row"],
    ["phone,Phone\n", "column_twice"],
    ["phone,city,city\n", "column_twice"],
    [`phone,${"x".repeat(65)}\n`, "column_name"],
    ["phone,__proto__\n", "column_name"],
    [`phone,${Array.from({ length: 51 }, (_, i) => `c${i}`).join(",")}\n`, "too_many_columns"],
    [`phone${",-".repeat(1_000)}\n`, "too_many_columns"],
    ['phone,"name\n', "header_unreadable"],
    ['phone,na"me\n', "header_unreadable"],
    [`phone,${"x".repeat(1_100_000)}`, "header_unreadable"],
    ["%PDF-1.7", "not_a_list"],
    ["\x1f\x8b\x08", "not_a_list"],
  ])("a header %# is refused: %s", async (file, code) =>
    expect(await codeOf(readList(Buffer.from(file, "latin1")))).toBe(code),
  );

  test("other names may be given, and a file without a header has them only so", async () => {
    const { rows } = await readList("+79001234567;Анна;secret\n+79001234568;Пётр;\n", {
      columnNames: ["phone", "name", "-"],
      isHeaderless: true,
    });
    expect(rows).toMatchObject([
      { line: 1, phone: "+79001234567", attributes: { name: "Анна" } },
      { line: 2, phone: "+79001234568", attributes: { name: "Пётр" } },
    ]);
    expect(
      (await readList("a;b\n+79001234567;Анна\n", { columnNames: ["phone", "name"] })).rows,
    ).toMatchObject([{ line: 2, attributes: { name: "Анна" } }]);
  });
});

describe("cells", () => {
  const rowOf = async (header: string, cells: string[], options: ListOptions = {}) =>
    (await readList(`${header}\n${csvRow(cells)}`, options)).rows[0]!;

  test.each([
    ["true", true, null],
    ["Yes", true, null],
    ["ДА", true, null],
    ["1", true, null],
    ["истина", true, null],
    ["Отписан", true, null],
    ["2026-01-05", true, "2026-01-05T00:00:00.000Z"],
    ["2026-01-05 10:00:00", true, "2026-01-05T10:00:00.000Z"],
    ["2026-01-05T10:00:00+03:00", true, "2026-01-05T07:00:00.000Z"],
    ["2026-01-05 10:00:00.123+00", true, "2026-01-05T10:00:00.000Z"],
    ["05.01.2026", true, "2026-01-05T00:00:00.000Z"],
    ["5.1.26 9:30", true, "2026-01-05T09:30:00.000Z"],
    ["1/5/2026", true, null],
    ["", false, null],
    ["0", false, null],
    ["false", false, null],
    ["No", false, null],
    ["нет", false, null],
    ["-", false, null],
  ])("opted out: %j is %s", async (value, isOptedOut, optedOutAt) => {
    expect(await rowOf("phone,opted_out", ["+79001234567", value])).toMatchObject({
      isOptedOut,
      optedOutAt,
      isRejected: false,
    });
  });

  test.each(["maybe", "46027", "2", "32.13.2026", "2026-13-45"])(
    "opted out: %j is not sure, and never counts as a no",
    async (value) => {
      const row = await rowOf("phone,opted_out", ["+79001234567", value]);
      expect(row).toMatchObject({
        isRejected: true,
        problems: [{ code: "opted_out_value", column: "opted_out", value }],
      });
    },
  );

  test("one yes of several columns is enough, and counts in a row that is refused for something else, too", async () => {
    expect(
      await rowOf("phone,opted_out,opted_out_at", ["+79001234567", "false", "2026-01-05"]),
    ).toMatchObject({ isOptedOut: true });
    expect(await rowOf("phone,opted_out,note", ["+79001234567", "yes", "x".repeat(501)])).toMatchObject({
      isRejected: true,
      phone: "+79001234567",
      isOptedOut: true,
    });
    expect(await rowOf("phone,opted_out", ["+74951234567", "yes"])).toMatchObject({
      isRejected: true,
      phone: "+74951234567",
      isOptedOut: true,
    });
  });

  test("a time zone or a tag that is none is warned of, and left out; strictly, it rejects", async () => {
    const cells = ["+79001234567", "Mars/Base", `VIP|${"x".repeat(101)}`];
    expect(await rowOf("phone,timezone,tags", cells)).toMatchObject({
      isRejected: false,
      timezone: null,
      tags: ["VIP"],
      problems: [
        { code: "timezone", column: "timezone", value: "Mars/Base", isWarning: true },
        { code: "tag_name", column: "tags", isWarning: true },
      ],
    });
    const strict = await rowOf("phone,timezone,tags", cells, { isStrict: true });
    expect(strict).toMatchObject({
      isRejected: true,
      problems: [{ isWarning: false }, { isWarning: false }],
    });
    expect(await rowOf("phone,timezone", ["+79001234567", " Asia/Omsk\u200b"])).toMatchObject({
      timezone: "Asia/Omsk",
      problems: [],
    });
  });

  test.each([
    ["", "phone_missing"],
    ["7,90000E+10", "phone_rounded"],
    ["+74951234567", "not_mobile"],
    ["#N/A", "spreadsheet_error"],
    ["+7900\ufffd1234567", "broken_letter"],
  ])("a phone %j is refused: %s, once", async (value, code) => {
    const { problems } = await rowOf("phone,name", [value, "Анна"]);
    expect(problems.map((problem) => problem.code)).toEqual([code]);
  });

  test.each([
    ["a\0b", "characters"],
    ["a\ufffdb", "broken_letter"],
    ["#Н/Д", "spreadsheet_error"],
    ["x".repeat(501), "attribute_too_long"],
  ])("an attribute is refused: %#", async (value, code) => {
    expect((await rowOf("phone,name", ["+79001234567", value])).problems[0]).toMatchObject({
      code,
      column: "name",
    });
  });

  test("a cell under a column without a name, or behind the last one, has no meaning", async () => {
    for (const header of ["phone,,name", "phone,name"])
      expect(
        (await rowOf(header, ["+79001234567", header === "phone,name" ? "" : "x", "", "y"])).problems[0],
      ).toMatchObject({
        code: "surplus_cell",
      });
  });

  test("what is passed over is not looked at", async () => {
    expect(await rowOf("phone,-", ["+79001234567", `\ufffd${"x".repeat(50_000)}`])).toMatchObject({
      problems: [],
      attributes: {},
    });
  });

  test("an apostrophe that our export put before a formula is taken away", async () => {
    const row = await rowOf("phone,tags,note", ["+79001234567", "=tag", "=1+1"]);
    expect(row).toMatchObject({
      phone: "+79001234567",
      tags: ["=tag"],
      attributes: { note: "=1+1" },
      problems: [],
    });
  });
});

describe("tags", () => {
  const id = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
  const knownTags = [
    { id, name: "Москва, центр" },
    { id: id.replace("3", "4"), name: "VIP" },
  ];
  const tagsOf = async (...cells: string[]) =>
    (
      await readList(
        `phone;tags\n${cells.map((cell, i) => csvRow([`+7900123456${i}`, cell], ";")).join("")}`,
        { knownTags },
      )
    ).rows.map(({ tags }) => tags);

  test("neither case nor spaces nor composition make another tag", async () => {
    expect(
      await tagsOf(
        "vip|Новости",
        " VIP ; новости",
        "НОВОСТИ,\u200bVip",
        "Кий|й".normalize("NFD"),
        "Кий\u00a0и  я",
      ),
    ).toEqual([["VIP", "Новости"], ["VIP", "Новости"], ["Новости", "VIP"], ["Кий", "й"], ["Кий и я"]]);
  });

  test("a known tag with a comma is one, alone and among others", async () => {
    expect(
      await tagsOf(
        "москва, центр",
        "VIP|Москва, центр",
        "Москва, центр; VIP",
        "Омск, центр",
        id,
        "|;,",
        "a||a|A",
      ),
    ).toEqual([
      ["Москва, центр"],
      ["VIP", "Москва, центр"],
      ["Москва, центр", "VIP"],
      ["Омск", "центр"],
      ["Москва, центр"],
      [],
      ["a"],
    ]);
  });

  test("an id of no tag, too many tags and a name that is too long are left out with a warning", async () => {
    const file = (cell: string) =>
      readList(`phone;tags\n${csvRow(["+79001234567", cell], ";")}`, { knownTags });
    const problemOf = async (cell: string) => (await file(cell)).rows[0]!.problems[0];
    expect(await problemOf(id.replace("3", "5"))).toMatchObject({ code: "unknown_tag", isWarning: true });
    expect(await problemOf("x".repeat(101))).toMatchObject({ code: "tag_name" });
    expect(await problemOf(Array.from({ length: 101 }, (_, i) => `t${i}`).join("|"))).toMatchObject({
      code: "too_many_tags",
    });
    expect((await file("tag_name|unknown_tag")).rows[0]).toMatchObject({
      tags: ["tag_name", "unknown_tag"],
      problems: [],
    });
  });

  test("a file that would make a thousand tags has something else in that column", async () => {
    const rows = Array.from({ length: 1_001 }, (_, i) => `+7900123${String(i).padStart(4, "0")};tag ${i}`);
    expect((await readList(`phone;tags\n${rows.slice(0, 1_000).join("\n")}`)).summary.rejected).toBe(0);
    expect(await codeOf(readList(`phone;tags\n${rows.join("\n")}`))).toBe("too_many_new_tags");
  });
});

describe("bounds", () => {
  test("a file that is too large is refused before it is read, one with too many rows at the row", async () => {
    expect(await codeOf(readList("phone\n+79001234567\n", { bounds: { bytesMax: 10 } }))).toBe(
      "file_too_large",
    );
    const error = await readList("phone\n+79001234567\n\n+79001234568\n", { bounds: { rowsMax: 1 } }).catch(
      (thrown) => thrown,
    );
    expect(error.errors).toEqual([{ pointer: "", code: "too_many_rows", params: { max: 1, line: 4 } }]);
  });

  test("cells of 256 KB in every row are refused and shown by their beginnings: all rows of 150 MB fit in 96", async () => {
    const code = `
      import { openList } from ${JSON.stringify(new URL("open-list.ts", import.meta.url).href)};
      const line = (i) => Buffer.from("+7900000" + String(i).padStart(4, "0") + "," + "тег|".repeat(37_000) + "\\n");
      const source = {
        size: 1,
        async *read(_, end) {
          yield Buffer.from("phone,tags\\n").subarray(0, end);
          if (end === undefined) for (let i = 0; i < 600; i++) yield line(i);
        },
      };
      const list = await openList(source);
      const kept = [];
      for await (const batch of list.rows()) kept.push(...batch);
      console.log(JSON.stringify({ rows: kept.length, errors: list.summary.errors, first: kept[0].problems[0].value }));`;
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [
      "--max-old-space-size=96",
      "--import",
      "tsx",
      "--input-type=module",
      "-e",
      code,
    ]);
    expect(JSON.parse(stdout)).toEqual({
      rows: 600,
      errors: { cell_too_long: 600 },
      first: "тег|".repeat(25),
    });
  });

  test("a cell may be as long as a spreadsheet's", async () => {
    const cell = (length: number) => readList(`phone,operator\n+79001234567,${"x".repeat(length)}\n`);
    expect((await cell(CELL_LENGTH_MAX)).summary.rejected).toBe(0);
    expect((await cell(CELL_LENGTH_MAX + 1)).summary.errors).toEqual({ cell_too_long: 1 });
  });
});

test("whatever people a list has, written in any way, the same people are read; rejected rows come back when they are written as errors", async () => {
  const name = fc
    .string({ unit: fc.constantFrom(..."абв ABC\"';,|\t\n«»-5"), maxLength: 12 })
    .map((text) => text.trim());
  const people = fc.array(fc.record({ digits: fc.integer({ min: 0, max: 9_999_999 }), name, city: name }), {
    minLength: 1,
    maxLength: 20,
  });
  const style = fc.record({
    delimiter: fc.constantFrom(",", ";", "\t"),
    newline: fc.constantFrom("\n", "\r\n", "\r"),
    bom: fc.boolean(),
    sep: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(people, style, async (people, { delimiter, newline, bom, sep }) => {
      const table = [
        ["phone", "name", "city"],
        ...people.map(({ digits, name, city }) => [`+7900${String(digits).padStart(7, "0")}`, name, city]),
      ];
      const text = table.map((row) => csvRow(row, delimiter).replace(/\r\n$/, newline)).join("");
      const { rows } = await readList(
        `${bom ? "\ufeff" : ""}${sep ? `sep=${delimiter}${newline}` : ""}${text}`,
      );
      const read = rows.map(({ phone, attributes, isRejected }) => [
        isRejected,
        phone,
        attributes.name ?? "",
        attributes.city ?? "",
      ]);
      expect(read).toEqual(table.slice(1).map((row) => [false, ...row]));
    }),
    { numRuns: 200 },
  );
});
