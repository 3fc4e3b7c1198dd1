import { afterAll, beforeAll, expect, test } from "vitest";
import { unknownAttributeNames } from "@/db/audience/attribute-names";
import type { ImportRow } from "@/db/audience/imports";
import { holdReferences, setRecipientTags } from "@/db/audience/recipients";
import { type Db, openDb } from "@/db/client";
import { type ImportStartQuery, importStartQuerySchema } from "@/lib/contract/audience/import";
import { fieldErrors } from "@/lib/contract/problem";
import { textOf } from "@/lib/contract/texts";
import { ValidationError } from "@/lib/domain/errors";
import { createOperator } from "@/lib/services/audience/create-operator";
import { createTag } from "@/lib/services/audience/create-tag";
import { deleteOperator } from "@/lib/services/audience/delete-operator";
import { deleteRecipient } from "@/lib/services/audience/delete-recipient";
import { deleteTag } from "@/lib/services/audience/delete-tag";
import { exportRecipients } from "@/lib/services/audience/export-recipients";
import { getRecipient } from "@/lib/services/audience/get-recipient";
import { putRecipient } from "@/lib/services/audience/put-recipient";
import { setOptOut } from "@/lib/services/audience/set-opt-out";
import { type Context, systemActor } from "@/lib/services/context";
import { cloneDatabase } from "@/test/support/database";
import { workbookOf } from "@/test/support/workbook-file";
import { applyImport } from "./apply-import";
import { discardImport } from "./discard-import";
import { exportImportErrors, exportKept } from "./export-import-rows";
import { awaitImport, getImport, getReview } from "./get-import";
import { isDiscardable } from "./import-work";
import { listImports } from "./list-imports";
import { startImport } from "./start-import";
import { undoImport } from "./undo-import";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let ctx: Context;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  ctx = { db, now: () => new Date(), actor: systemActor("tester"), announce: async () => {} };
  for (const [code, prefixes] of [
    ["any", ["79"]],
    ["mts", ["7916", "7917"]],
    ["none", []],
  ] as const)
    await createOperator(ctx, {
      code,
      name: code,
      rate_per_second: null,
      prefixes: [...prefixes],
      gateway: "default",
    });
});
afterAll(async () => {
  await db?.close();
  await database?.drop();
});

async function* chunks(bytes: Buffer, size: number) {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

type Options = Partial<ImportStartQuery>;
const query = (options: Options): ImportStartQuery => ({ ...importStartQuerySchema.parse({}), ...options });

const start = (file: string | Buffer, options: Options = {}, size = 65_536) =>
  startImport(ctx, chunks(Buffer.from(file as string), size), query(options), "RU");

const ended = (id: string) => awaitImport(ctx, id);

async function importText(file: string | Buffer, options: Options = {}, size = 65_536): Promise<ImportRow> {
  const job = await start(file, options, size);
  expect(job.status).toBe("running");
  return ended(job.id);
}

const errorsOf = async (id: string) => {
  const file = await read(
    await exportImportErrors(ctx, id, ({ code, value = "" }) => `${code}${value && ` ${value}`}`),
  );
  return file.replace("\ufeff", "").trimEnd().split("\r\n");
};

const read = (stream: ReadableStream<Uint8Array>) => new Response(stream).text();
const lastNo = async () =>
  Number((await db.sql<{ n: string }[]>`select last_value as n from recipients_no_seq`)[0]!.n);

test("columns in any order, quoted line breaks, tags and attributes: every row arrives as it is written", async () => {
  const result = await importText(
    'note,tags,phone,timezone,operator\r\n"two\r\nlines, ""quoted""",vip|new,8 916 000-00-01,Asia/Omsk,none\r\n,,+79160000002,,\r\n',
    {},
    7,
  );
  expect(result).toMatchObject({
    status: "completed",
    rows: 2,
    created: 2,
    updated: 0,
    rejected: 0,
    error: null,
  });
  expect(await getRecipient(ctx, "+79160000001")).toMatchObject({
    operator: "none",
    tags: ["new", "vip"],
    timezone: "Asia/Omsk",
    attributes: { note: 'two\r\nlines, "quoted"' },
  });
  expect(await getRecipient(ctx, "+79160000002")).toMatchObject({
    operator: "mts",
    tags: [],
    timezone: null,
    attributes: {},
  });
});

test("a semicolon file in Windows-1251 and one with a BOM mean the same as UTF-8", async () => {
  const cp1251 = Buffer.concat([
    Buffer.from("phone;operator;"),
    Buffer.from([0xe8, 0xec, 0xff]),
    Buffer.from("\r\n+79161110001;mts;"),
    Buffer.from([0xde, 0xeb, 0xff]),
  ]);
  expect(await importText(cp1251, { encoding: "windows-1251" }, 3)).toMatchObject({
    status: "completed",
    created: 1,
  });
  expect((await getRecipient(ctx, "+79161110001")).attributes).toEqual({ имя: "Юля" });
  expect(await importText("\ufeffphone\n+79161110002\n")).toMatchObject({ status: "completed", created: 1 });
});

test("each wrong row is refused with its line and reason, and the error file can be corrected and imported", async () => {
  const long = "x".repeat(501);
  const file = [
    "phone,operator,tags,timezone,note",
    '+79162220001,mts,,,"go\r\nod"',
    "12345,mts,,,",
    "+79162220002,nobody,,,",
    "+4915112345678,,,,",
    "+79162220003,mts,,Mars/Base,",
    "+79162220004,mts,,",
    "+79162220005,mts,3fa85f64-5717-4562-b3fc-2c963f66afa6,,",
    `+79162220006,mts,${"t".repeat(101)},,`,
    `+79162220007,mts,,,${long}`,
    "+79162220008,mts,,,a\ufffdb",
    "=cmd(),mts,,,=1+1",
    "+79162220009,mts,,,,surplus",
  ].join("\n");
  const lenient = await importText(file);
  // Bad zones and tags are left out, and counted; so is a missing cell at the end read as empty.
  expect(lenient).toMatchObject({
    status: "completed",
    rows: 12,
    created: 5,
    updated: 0,
    rejected: 7,
    warned: 3,
  });
  expect(await getRecipient(ctx, "+79162220003")).toMatchObject({ timezone: null });
  const result = await importText(file, { strict: true });
  expect(result).toMatchObject({
    status: "completed",
    rows: 12,
    created: 0,
    updated: 2,
    rejected: 10,
    warned: 0,
  });
  const lines = await errorsOf(result.id);
  expect(lines[0]).toBe("error_line,error_reason,phone,operator,tags,timezone,note");
  expect(lines.slice(1).map((line) => line.split(",").slice(0, 2).join(" ").slice(0, 40))).toEqual([
    "4 phone_too_short 12345",
    "5 unknown_operator nobody",
    "6 no_operator_for_phone +4915112345678",
    "7 timezone Mars/Base",
    "9 unknown_tag 3fa85f64-5717-4562-b3fc-2c",
    `10 tag_name ${"t".repeat(28)}`,
    `11 attribute_too_long ${"x".repeat(18)}`,
    "12 broken_letter a\ufffdb",
    "13 phone =cmd()",
    "14 surplus_cell surplus",
  ]);
  expect(lines[9]).toContain("'=cmd(),mts,,,'=1+1");
  const corrected = lines.map((line) => line.replace(/,Mars\/Base,$/, ",Asia/Omsk,")).join("\r\n");
  expect(await importText(corrected, { strict: true })).toMatchObject({
    status: "completed",
    updated: 1,
    rejected: 9,
  });
});

test("a file of 30,000 rows is imported whole; importing it again makes nobody twice and takes no recipient numbers", async () => {
  const phones = Array.from({ length: 30_000 }, (_, i) => `+7917${String(i).padStart(7, "0")}`);
  const file = `phone,tags,city\n${phones.map((phone, i) => `${phone},bulk|group${i % 3},city ${i}`).join("\n")}`;
  expect(await importText(file)).toMatchObject({
    status: "completed",
    rows: 30_000,
    created: 30_000,
    updated: 0,
    rejected: 0,
  });
  const before = await lastNo();
  expect(await importText(file)).toMatchObject({
    status: "completed",
    rows: 30_000,
    created: 0,
    updated: 30_000,
    unchanged: 30_000,
  });
  expect(await lastNo()).toBe(before);
  const [row] =
    await db.sql`select count(*)::int as people, (select count(*)::int from recipient_tags) as tags from recipients where phone like '+7917%'`;
  expect(row).toMatchObject({ people: 30_000 });
  expect(await getRecipient(ctx, phones[29_999]!)).toMatchObject({
    tags: ["bulk", "group2"],
    attributes: { city: "city 29999" },
  });
});

test("columns called - are passed over, however many there are, and whatever is in them", async () => {
  expect(await importText("phone,-,city,-\n+79160009001,secret,Omsk,\n")).toMatchObject({
    rows: 1,
    created: 1,
    rejected: 0,
  });
  expect((await getRecipient(ctx, "+79160009001")).attributes).toEqual({ city: "Omsk" });
});

test("rows of one number are united, and it is said", async () => {
  const result = await importText("phone,tags,city\n+79163330001,a,first\n89163330001,b|c,second\n");
  expect(result).toMatchObject({ rows: 2, created: 1, updated: 0, merged: 1, rejected: 0 });
  expect(await getRecipient(ctx, "+79163330001")).toMatchObject({
    tags: ["a", "b", "c"],
    attributes: { city: "second" },
  });
});

test("of rows of one number that contradict each other, those say so whose cells do not count", async () => {
  const job = await importText(
    [
      "phone,Оператор,timezone,city,name",
      "+79163340001,mts,Europe/Moscow,Kazan,Anna",
      "+79163340002,mts,,Kazan,",
      "+79163340001,none,,Omsk,Anna",
      "+79163340001,,Asia/Omsk,Omsk,",
      "+79163340002,mts,Asia/Omsk,,Boris\n",
    ].join("\n"),
    { dry_run: true },
  );
  expect(job).toMatchObject({
    ...{ rows: 5, merged: 3, rejected: 0, warned: 1 },
    found: { warnings: { contradicts_row: 3 } },
  });
  const review = (await getReview(ctx, job))!;
  expect(review.counts.warned).toBe(1);
  expect(review.warned).toMatchObject([
    {
      line: 2,
      warnings: [
        { code: "contradicts_row", column: "city", value: "Kazan" },
        { code: "contradicts_row", column: "timezone", value: "Europe/Moscow" },
        { code: "contradicts_row", column: "Оператор", value: "mts" },
      ],
    },
  ]);
  await applyImport(ctx, job.id);
  await ended(job.id);
  expect(await getRecipient(ctx, "+79163340001")).toMatchObject({
    ...{ operator: "none", timezone: "Asia/Omsk", attributes: { city: "Omsk", name: "Anna" } },
  });
});

test("importing never opts anybody in, not even somebody deleted", async () => {
  await importText("phone\n+79164440001\n+79164440002\n");
  await setOptOut(ctx, "+79164440001", true);
  await setOptOut(ctx, "+79164440002", true);
  await deleteRecipient(ctx, "+79164440002");
  const before = await lastNo();
  expect(await importText("phone,operator\n+79164440001,none\n+79164440002,mts\n")).toMatchObject({
    created: 1,
    updated: 1,
  });
  expect((await getRecipient(ctx, "+79164440001")).optedOutAt).not.toBeNull();
  expect((await getRecipient(ctx, "+79164440002")).optedOutAt).not.toBeNull();
  expect(await lastNo()).toBe(before);
});

test("columns that a file has not are left alone, and a change of operator is stamped", async () => {
  await importText("phone,operator,tags,timezone,city\n+79165550001,none,keep,Asia/Omsk,Omsk\n");
  await importText("phone\n+79165550001\n");
  expect(await getRecipient(ctx, "+79165550001")).toMatchObject({
    operator: "none",
    tags: ["keep"],
    timezone: "Asia/Omsk",
    attributes: { city: "Omsk" },
  });
  const stamp = async () =>
    (
      await db.sql`select operator_changed_at is not null as changed from recipients where phone = '+79165550001'`
    )[0]!.changed;
  expect(await stamp()).toBe(false);
  await importText("phone,operator,tags\n+79165550001,mts,\n", { mode: "replace" });
  expect(await getRecipient(ctx, "+79165550001")).toMatchObject({
    operator: "mts",
    tags: [],
    timezone: "Asia/Omsk",
  });
  expect(await stamp()).toBe(true);
});

test.each([
  ["header_missing", ""],
  ["header_missing", "\n\n"],
  ["column_phone_missing", "name,city\na,b\n"],
  ["column_twice", "phone,Phone\n"],
  ["column_name", `phone,${"x".repeat(65)}\n`],
  ["too_many_columns", `phone,${Array.from({ length: 51 }, (_, i) => `c${i}`).join(",")}\n`],
  ["column_phone_missing", "x".repeat(100_000)],
  ["workbook_broken", "PK\u0003\u0004zip"],
])("a file with %s is refused before anything is imported", async (code, file) => {
  const error = await start(file, {}, 4_096).catch((e) => e);
  expect(error).toBeInstanceOf(ValidationError);
  expect(error.errors[0]).toMatchObject({ code });
});

const workbook = workbookOf({ People: "<row><c><v>1</v></c></row>" });
test.each([
  ["/encoding", "unknown_encoding", "phone\n", { encoding: "klingon" }],
  ["/country", "unknown_country", "phone\n", { country: "XX" }],
  ["/sheet", "unknown_sheet", workbook, { sheet: "nope" }],
] as const)("a wrong %s is told where it was said", async (pointer, code, file, options) => {
  const error = await start(file, options).catch((e) => e);
  expect(error.errors).toEqual([expect.objectContaining({ pointer, code })]);
});

test("an option that cannot be says what is allowed", () => {
  const asked = { country: "RUS", delimiter: "x", mode: "merge", kind: "people" };
  const { error } = importStartQuerySchema.safeParse(asked);
  const told = fieldErrors(error!, asked).map(({ pointer, code }) => [pointer, textOf("en", code)]);
  expect(Object.fromEntries(told)).toEqual({
    "/country": "There is no such country. Write its code of two capital letters, such as RU.",
    "/delimiter": "This cannot be a delimiter. Write a comma, a semicolon or a tab.",
    "/mode": "The mode is one of add and replace.",
    "/kind": "The kind is one of recipients and opt_outs.",
  });
});

test("an operator that is deleted between the review and the apply ends the import, and nobody is left without an operator", async () => {
  const { id } = await createOperator(ctx, {
    code: "gone",
    name: "gone",
    rate_per_second: null,
    prefixes: [],
    gateway: "default",
  });
  const job = await importText("phone,operator\n+79169900001,gone\n", { dry_run: true });
  await deleteOperator(ctx, id);
  await applyImport(ctx, job.id);
  expect(await ended(job.id)).toMatchObject({ status: "failed", error: "reference_deleted", created: 0 });
  const [row] =
    await db.sql`select count(*)::int as n from recipients r where not exists (select from operators o where o.no = r.operator_no)`;
  expect(row).toEqual({ n: 0 });
});

test("what a transaction gives to recipients cannot be deleted before it ends, and is taken from them when it is", async () => {
  const tag = await createTag(ctx, { name: "held" });
  await importText("phone,tags\n+79169900009,\n");
  const [tagRow] = await db.sql<{ no: number }[]>`select no from tags where id = ${tag.id}`;
  const [recipient] = await db.sql<{ no: string }[]>`select no from recipients where phone = '+79169900009'`;
  let deleting: Promise<void> | undefined;
  await db.sql.begin(async (tx) => {
    expect(await holdReferences(tx, [], [tagRow!.no])).toBe(true);
    await setRecipientTags(tx, Number(recipient!.no), [tagRow!.no]);
    deleting = deleteTag(ctx, tag.id);
    while (
      (
        await db.sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
      ).length === 0
    );
  });
  await deleting;
  expect((await getRecipient(ctx, "+79169900009")).tags).toEqual([]);
  expect(await db.sql`select from recipient_tags where tag_no = ${tagRow!.no}`).toHaveLength(0);
  expect(await db.sql.begin((tx) => holdReferences(tx, [], [tagRow!.no]))).toBe(false);
});

test("a quote that nobody closed rejects its line alone", async () => {
  const result = await importText(
    'phone,note\n+79166660001,ok\n+79166660002,"never closed\n+79166660003,ok\n',
  );
  expect(result).toMatchObject({ status: "completed", rows: 3, created: 2, rejected: 1 });
  expect((await errorsOf(result.id))[1]).toMatch(/^3,/);
});

test("an export holds no formulas and imports to the same people", async () => {
  await createTag(ctx, { name: "=tag" });
  await importText(
    'phone,tags,=name\n+79167770001,=tag|export,"=HYPERLINK(""http://x"")"\n+79167770002,export,"a;=b,@SUM(1)"\n',
  );
  const file = await read((await exportRecipients(ctx, { tag: "export" })).body);
  expect(file.replace("\ufeff", "").trimEnd().split("\r\n")).toEqual([
    "phone,operator,tags,timezone,opted_out_at,'=name",
    `+79167770001,mts,'=tag|export,,,"'=HYPERLINK(""http://x"")"`,
    `+79167770002,mts,export,,,"a;'=b,'@SUM(1)"`,
  ]);
  const before = [await getRecipient(ctx, "+79167770001"), await getRecipient(ctx, "+79167770002")];
  expect(await importText(file)).toMatchObject({ updated: 2, rejected: 0 });
  expect([await getRecipient(ctx, "+79167770001"), await getRecipient(ctx, "+79167770002")]).toEqual(before);
});

test("adding keeps what a second file does not name; replacing makes tags and attributes the row's", async () => {
  const person = async () => getRecipient(ctx, "+79161200001");
  await importText("phone,tags,city,note\n+79161200001,gold|Клиенты,Казань,first\n");
  await importText("phone,tags,city,note\n+79161200001,Новости,Уфа,\n");
  expect(await person()).toMatchObject({
    tags: ["gold", "Клиенты", "Новости"],
    attributes: { city: "Уфа", note: "first" },
  });
  await importText("phone,tags,city\n+79161200001,Новости,Омск\n", { mode: "replace" });
  expect(await person()).toMatchObject({ tags: ["Новости"], attributes: { city: "Омск" } });
  expect(await unknownAttributeNames(db.sql, ["note", "city", "nobody's"])).toEqual(["nobody's"]);
});

test("a dry run writes nobody and says what it would do; applying does that, and once", async () => {
  await importText("phone,tags,city\n+79161300001,here,Омск\n");
  const before = await getRecipient(ctx, "+79161300001");
  const file =
    "phone,tags,city\n8 916 130-00-01,new tag,Казань\n8 916 130-00-02,here,Уфа\n8 916 130-00-02,newer,\n12,,\n";
  const job = await importText(file, { dry_run: true });
  expect(job).toMatchObject({ status: "reviewed", rows: 4, merged: 1, rejected: 1, created: 0, updated: 0 });
  expect(job.found).toMatchObject({
    encoding: "utf-8",
    delimiter: ",",
    country: "RU",
    nationalCount: 3,
    newTags: ["new tag", "newer"],
  });
  expect(await getReview(ctx, job)).toMatchObject({
    counts: { toCreate: 1, toUpdate: 1, toReject: 1, toMerge: 1 },
    changes: [
      {
        line: 2,
        phone: "+79161300001",
        before: { tags: ["here"] },
        after: { tags: ["here", "new tag"], attributes: { city: "Казань" } },
      },
    ],
    rejected: [{ line: 5 }],
  });
  expect(await getRecipient(ctx, "+79161300001")).toEqual(before);
  await Promise.all([applyImport(ctx, job.id), applyImport(ctx, job.id)]);
  expect(await ended(job.id)).toMatchObject({
    status: "completed",
    rows: 4,
    created: 1,
    updated: 1,
    merged: 1,
    rejected: 1,
  });
  expect(await getRecipient(ctx, "+79161300002")).toMatchObject({
    tags: ["here", "newer"],
    attributes: { city: "Уфа" },
  });
});

test("an import is undone: who is new goes, who was changed is as before, and who was changed since stays and is listed", async () => {
  await importText(
    "phone,operator,tags,timezone,city\n+79161400001,none,old,Asia/Omsk,Омск\n+79161400002,none,old,,\n",
  );
  const before = await getRecipient(ctx, "+79161400001");
  const file =
    "phone,operator,tags,timezone,city\n+79161400001,mts,new,Europe/Moscow,Казань\n+79161400002,mts,new,,\n+79161400003,,new,,\n";
  const job = await importText(file, { mode: "replace" });
  expect(job).toMatchObject({ created: 1, updated: 2 });
  await putRecipient(ctx, "+79161400002", { attributes: { by: "hand" } });
  await undoImport(ctx, job.id);
  expect(await ended(job.id)).toMatchObject({ status: "undone", undone: 2, kept: 1 });
  const after = await getRecipient(ctx, "+79161400001");
  expect({ ...after, updatedAt: before.updatedAt }).toEqual(before);
  expect(after).toMatchObject({
    operator: "none",
    tags: ["old"],
    timezone: "Asia/Omsk",
    attributes: { city: "Омск" },
  });
  expect(await getRecipient(ctx, "+79161400002")).toMatchObject({
    operator: "mts",
    tags: ["new"],
    attributes: { by: "hand" },
  });
  await expect(getRecipient(ctx, "+79161400003")).rejects.toThrow();
  const kept = await read(await exportKept(ctx, job.id, (code) => code));
  expect(kept).toBe("line,phone,reason\r\n3,'+79161400002,kept_changed\r\n");
  // Once more changes nothing, and the same file can be imported again.
  await undoImport(ctx, job.id);
  expect(await importText(file, { mode: "replace" })).toMatchObject({ created: 1, updated: 2 });
});

test("whom an import made is known by its batch alone; one that ended half-way takes back what it had applied", async () => {
  const rows = Array.from(
    { length: 12_000 },
    (_, i) => `+79${561_410_000 + i},batch,${i === 5 ? "yes" : ""}\n`,
  );
  const job = await importText(`phone,tags,opted_out\n${rows.join("")}`);
  expect(job).toMatchObject({ created: 12_000, optedOut: 1 });
  const [noted] =
    await db.sql`select count(*)::int as n from import_rows r join imports i on i.no = r.import_no
    where i.id = ${job.id} and r.outcome is not null`;
  expect(noted!.n).toBe(0);
  // As if it had died before its second batch: whoever has these numbers is somebody else's.
  await db.sql`delete from import_batches b using imports i where i.no = b.import_no and i.id = ${job.id} and b.after_line > 0`;
  await db.sql`update imports set status = 'failed' where id = ${job.id}`;
  // One of the first batch was not made by it, but is of another instant.
  await db.sql`update recipients set created_at = created_at + interval '1 ms' where phone = '+79561410000'`;
  await putRecipient(ctx, "+79561410001", { attributes: { by: "hand" } });
  await undoImport(ctx, job.id);
  expect(await ended(job.id)).toMatchObject({ status: "undone", undone: 9_997, kept: 1 });
  const [people] = await db.sql`
    select count(*)::int as n, count(*) filter (where opted_out_at is not null)::int as out from recipients
    where phone like '+795614%' and deleted_at is null`;
  expect(people).toEqual({ n: 2_003, out: 0 });
});

test("an import that the version before has applied is undone by what it noted in each row", async () => {
  const job = await importText("phone,tags\n+79161460001,old\n+79161460002,old\n");
  await db.sql`
    update import_rows r set outcome = 'created', recipient_no = p.no, applied_at = p.updated_at
    from imports i, recipients p where i.id = ${job.id} and r.import_no = i.no and p.phone = r.phone`;
  await db.sql`delete from import_batches b using imports i where i.no = b.import_no and i.id = ${job.id}`;
  await putRecipient(ctx, "+79161460002", { attributes: { by: "hand" } });
  await undoImport(ctx, job.id);
  expect(await ended(job.id)).toMatchObject({ status: "undone", undone: 1, kept: 1 });
});

test("imports are undone one after the other, the last one first", async () => {
  const first = await importText("phone,tags,city\n+79161450001,one,Казань\n");
  const second = await importText("phone,tags,city\n+79161450001,two,Уфа\n");
  await undoImport(ctx, second.id);
  expect(await ended(second.id)).toMatchObject({ undone: 1, kept: 0 });
  expect(await getRecipient(ctx, "+79161450001")).toMatchObject({
    tags: ["one"],
    attributes: { city: "Казань" },
  });
  await undoImport(ctx, first.id);
  expect(await ended(first.id)).toMatchObject({ undone: 1, kept: 0 });
  await expect(getRecipient(ctx, "+79161450001")).rejects.toThrow();
});

test("somebody whom an import made and who was written to since, or may have been, is not undone", async () => {
  const job = await importText("phone,tags\n+79161500001,sent\n+79161500002,sent\n");
  const [person] = await db.sql<{ no: string; operator: number }[]>`
    select no, operator_no as operator from recipients where phone = '+79161500001'`;
  const [dispatch] = await db.sql<{ no: number }[]>`
    insert into dispatches (id, status, timezone, start_at, end_at, start_input, end_input, message_text, segments, started_at)
    values (gen_random_uuid(), 'running', 'UTC', now(), now() + interval '1 hour', '', '', 'text', 1, now()) returning no`;
  const [lane] = await db.sql<{ no: number }[]>`
    insert into lanes (dispatch_no, operator_no, open) values (${dispatch!.no}, ${person!.operator}, false) returning no`;
  await db.sql`
    insert into messages (id, lane_no, phone, status, claimed_at)
    values ((${dispatch!.no}::bigint << 32) | ${person!.no}::bigint, ${lane!.no}, '+79161500001', 'unknown', now())`;
  await undoImport(ctx, job.id);
  expect(await ended(job.id)).toMatchObject({ status: "undone", undone: 1, kept: 1 });
  expect(await getRecipient(ctx, "+79161500001")).toMatchObject({ tags: ["sent"] });
  await expect(getRecipient(ctx, "+79161500002")).rejects.toThrow();
});

test("a column of opt-outs opts out, also whom nobody knows yet, never in; an undoing takes back its own alone", async () => {
  await importText("phone\n+79161600001\n+79161600002\n+79161600003\n");
  await setOptOut(ctx, "+79161600003", true);
  const job = await importText(
    "phone,operator,opted_out_at\n+79161600001,,2026-01-02\n+79161600002,,\n+79161600003,,false\n+79161600004,nobody,да\n+79161600005,,true\n",
  );
  expect(job).toMatchObject({ rows: 5, created: 1, updated: 3, rejected: 1, optedOut: 3 });
  const isOut = async (phone: string) =>
    (await db.sql`select opted_out_at is not null as yes from recipients where phone = ${phone}`)[0]?.yes as
      | boolean
      | undefined;
  const all = async () => Promise.all([1, 2, 3, 4, 5].map((n) => isOut(`+7916160000${n}`)));
  expect(await all()).toEqual([true, false, true, true, true]);
  // Whoever had opted out before anybody knew them is out when they are added.
  expect(await importText("phone\n+79161600004\n")).toMatchObject({ created: 1 });
  expect(await isOut("+79161600004")).toBe(true);
  await setOptOut(ctx, "+79161600001", true);
  await undoImport(ctx, job.id);
  await ended(job.id);
  expect(await all()).toEqual([true, false, true, false, false]);
});

test("who has opted out by two files stays out until both are undone", async () => {
  await importText("phone\n+79161650001\n+79161650002\n");
  const isOut = async () => (await getRecipient(ctx, "+79161650001")).optedOutAt !== null;
  const first = await importText("phone,opted_out\n+79161650001,yes\n");
  const reviewed = await importText("phone\n+79161650001\n", { kind: "opt_outs", dry_run: true });
  const second = await importText("phone\n+79161650002\n+79161650001\n", { kind: "opt_outs" });
  await undoImport(ctx, first.id);
  expect(await ended(first.id)).toMatchObject({ status: "undone" });
  expect(await isOut()).toBe(true);
  await undoImport(ctx, second.id);
  expect(await ended(second.id)).toMatchObject({ status: "undone" });
  // What is only reviewed says nothing yet.
  expect(await isOut()).toBe(false);
  await applyImport(ctx, reviewed.id);
  expect(await ended(reviewed.id)).toMatchObject({ optedOut: 1 });
  expect(await isOut()).toBe(true);
});

test("the same list twice is taken back by two undoings, though the second one opted out nobody", async () => {
  await importText("phone\n+79161660001\n+79161660002\n");
  const isOut = async () => (await getRecipient(ctx, "+79161660001")).optedOutAt !== null;
  const list = "phone\n+79161660001\n+79161660002\n";
  const first = await importText(list, { kind: "opt_outs" });
  const second = await importText(list, { kind: "opt_outs" });
  expect(second).toMatchObject({ status: "completed", optedOut: 0 });
  await expect(undoImport(ctx, second.id)).rejects.toMatchObject({ code: "import_state" });
  await undoImport(ctx, first.id);
  await ended(first.id);
  expect([await isOut(), (await getImport(ctx, second.id)).optedOut]).toEqual([true, 2]);
  await undoImport(ctx, second.id);
  expect(await ended(second.id)).toMatchObject({ status: "undone" });
  expect(await isOut()).toBe(false);
});

test("a list of opt-outs needs nothing but numbers, and makes nobody", async () => {
  await importText("phone\n+79161700001\n");
  const job = await importText("номер\n+79161700001\n+79161700002\n+79161700002\n12\n", { kind: "opt_outs" });
  expect(job).toMatchObject({
    status: "completed",
    rows: 4,
    created: 0,
    updated: 0,
    merged: 1,
    rejected: 1,
    optedOut: 2,
  });
  expect((await getRecipient(ctx, "+79161700001")).optedOutAt).not.toBeNull();
  await expect(getRecipient(ctx, "+79161700002")).rejects.toThrow();
});

test("in a list of opt-outs a column of them decides, as in an export of all recipients", async () => {
  await importText("phone\n+79161710001\n+79161710002\n+79161710003\n");
  const lines = ["+79161710001,", "+79161710002,no", "+79161710003,2026-01-05", "+79161710004,maybe"];
  const file = `phone,opted_out_at\n${lines.join("\n")}\n`;
  const reviewed = await importText(file, { kind: "opt_outs", dry_run: true });
  expect(reviewed).toMatchObject({
    ...{ rows: 4, rejected: 1, warned: 2 },
    found: { errors: { opted_out_value: 1 }, warnings: { not_opted_out: 2 } },
  });
  expect((await getReview(ctx, reviewed))!.counts).toMatchObject({ toOptOut: 1 });
  expect(await importText(file, { kind: "opt_outs" })).toMatchObject({ optedOut: 1, rejected: 1, warned: 2 });
  const isOut = async (phone: string) => (await getRecipient(ctx, phone)).optedOutAt !== null;
  expect(await Promise.all([1, 2, 3].map((n) => isOut(`+7916171000${n}`)))).toEqual([false, false, true]);
});

test.each([
  ["reading", 7],
  ["applying", 8],
  ["undoing", 9],
] as const)(
  "whoever looks at an import takes it up whose process died while %s, and nothing is done twice",
  async (stage, digit) => {
    const phones = Array.from({ length: 12_000 }, (_, i) => `+7917${digit}${String(i).padStart(6, "0")}`);
    const job = await start(`phone,tags\n${phones.join(",x\n")},x\n`, { dry_run: stage === "applying" });
    await ended(job.id);
    const die = () => db.sql`
      update imports set status = 'running', stage = ${stage}, token = gen_random_uuid(), lease_until = now() - interval '1 second',
        cursor = case when stage is null and ${stage === "undoing"} then 0 else cursor end, finished_at = null
      where id = ${job.id}`;
    const people = async () =>
      (
        await db.sql`select count(*)::int as n from recipients where phone = any(${phones}) and deleted_at is null`
      )[0]!.n as number;
    if (stage === "reading") {
      // The parts of a file that has been read are gone: what is left of a killed reading is staged
      // rows and all of the parts.
      await db.sql`insert into import_parts (import_no, part, bytes) select no, 0, ${Buffer.from(`phone,tags\n${phones.join(",x\n")},x\n`)} from imports where id = ${job.id}`;
      await db.sql`update imports set created = 0 where id = ${job.id}`;
    }
    await die();
    const again = await ended(job.id);
    expect(again).toMatchObject({ status: stage === "undoing" ? "undone" : "completed", rows: 12_000 });
    expect(await people()).toBe(stage === "undoing" ? 0 : 12_000);
    expect(again.created + again.updated).toBe(12_000);
  },
);

test("two imports are worked on at once, the others wait in line and say so", async () => {
  const jobs = await Promise.all(
    [1, 2, 3, 4].map((n) =>
      start(
        `phone\n${Array.from({ length: 3_000 }, (_, i) => `+79168${n}${String(i).padStart(5, "0")}`).join("\n")}\n`,
      ),
    ),
  );
  let mostAtOnce = 0;
  for (;;) {
    const { items } = await listImports(ctx, { limit: 10 });
    const mine = items.filter(({ id }) => jobs.some((job) => job.id === id));
    const workedOn = mine.filter(({ status, isWorkedOn }) => status === "running" && isWorkedOn).length;
    mostAtOnce = Math.max(mostAtOnce, workedOn);
    if (mine.every(({ status }) => status !== "running")) break;
  }
  expect(mostAtOnce).toBeLessThanOrEqual(2);
  for (const job of jobs) expect(await ended(job.id)).toMatchObject({ status: "completed", created: 3_000 });
});

test("a character that cannot be stored costs its row alone, wherever it stands", async () => {
  const file = [
    "phone,operator,ta\0gs,timezone,opted_out,na\0me,-",
    "+79167570001,,,,,good,",
    "8 916 757\0 00 02,,,,,good,",
    "8 916 757\0 00,,,,,bad,",
    ...[1, 2, 3, 4, 5].map((at) => `+7916757001${at}${",".repeat(at)}\0x${",".repeat(6 - at)}`),
    "+79167570003,,,,,good,\0",
    "+79167570020,,,,,bad,,\0x",
    '+79167570021,"\0x"y,,,,bad,',
    "",
  ].join("\n");
  const job = await importText(file);
  expect(job).toMatchObject({ status: "completed", rows: 11, created: 3, rejected: 8 });
  expect(job.found).toMatchObject({
    errors: { phone_too_short: 1, characters: 5, surplus_cell: 1, quote_inside: 1 },
    nationalSamples: [{ value: "8 916 757\ufffd 00 02" }],
  });
  expect(await errorsOf(job.id)).toContainEqual(expect.stringContaining("+79167570011,\ufffdx"));
  expect(await getRecipient(ctx, "+79167570002")).toMatchObject({ attributes: { name: "good" } });
  const cell = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
  const sheet = [
    `<row>${cell("phone_x0000_")}${cell("name")}</row>`,
    `<row>${cell("+79167570004")}${cell("a_x0000_b")}</row>`,
    `<row>${cell("+79167570005")}${cell("good")}</row>`,
  ].join("");
  expect(await importText(workbookOf({ people: sheet }), { dry_run: true })).toMatchObject({
    status: "reviewed",
    rows: 2,
    rejected: 1,
  });
  // The beginning of a long name may end in half a character.
  const long = `phone,${"x".repeat(63)}😀x\n`;
  expect(await importText(long, { dry_run: true })).toMatchObject({ error: "column_name" });
  const columns = JSON.stringify(["phone", "a\0"]);
  await expect(importText("phone,a\n", { columns })).rejects.toThrow(ValidationError);
  const unsure = Buffer.from("phone,city\n+79167570006,\x8a\0\xa0\n", "latin1");
  expect(await importText(unsure, { dry_run: true })).toMatchObject({ status: "reviewed" });
});

test("a file whose encoding nobody can be sure of is refused with the candidates, and taken when somebody says it", async () => {
  const file = Buffer.concat([
    Buffer.from("phone,city\n+79161900001,"),
    Buffer.from([0x8a, 0xa0]),
    Buffer.from("\n"),
  ]);
  const error = await start(file).catch((e) => e);
  expect(error.errors[0]).toMatchObject({
    code: "encoding_unsure",
    params: { candidates: expect.stringContaining("866") },
  });
  const job = await importText(file, { dry_run: true });
  expect(job).toMatchObject({ status: "reviewed", found: { isSure: false } });
  await expect(applyImport(ctx, job.id)).rejects.toMatchObject({ code: "encoding_unsure" });
  await discardImport(ctx, job.id);
  await expect(getImport(ctx, job.id)).rejects.toThrow();
  expect(await importText(file, { encoding: "cp866" })).toMatchObject({ created: 1 });
  expect((await getRecipient(ctx, "+79161900001")).attributes).toEqual({ city: "Ка" });
});

test("a file with wrong columns is discarded like a reviewed one, and one that was applied is not", async () => {
  const job = await importText("city\nОмск\n", { dry_run: true });
  expect(job).toMatchObject({ status: "failed", error: "column_phone_missing" });
  expect(isDiscardable(job)).toBe(true);
  await discardImport(ctx, job.id);
  await expect(getImport(ctx, job.id)).rejects.toThrow();
  const applied = await importText("phone\n+79161940001\n");
  expect(isDiscardable(applied)).toBe(false);
  await expect(discardImport(ctx, applied.id)).rejects.toMatchObject({ code: "import_state" });
});

test("a file that breaks off leaves nothing", async () => {
  const imports = async () => (await db.sql`select count(*)::int as n from imports`)[0]!.n;
  const before = await imports();
  async function* broken() {
    yield Buffer.from("phone\n+79161950001\n");
    throw new Error("the client is gone");
  }
  await expect(startImport(ctx, broken(), query({}), "RU")).rejects.toThrow();
  expect(await imports()).toBe(before);
});
