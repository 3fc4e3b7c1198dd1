import { afterAll, beforeAll, expect, test } from "vitest";
import { insertImport } from "@/db/audience/imports";
import { holdReferences, setRecipientTags } from "@/db/audience/recipients";
import { type Db, openDb } from "@/db/client";
import { ValidationError } from "@/lib/domain/errors";
import { createOperator } from "@/lib/services/audience/create-operator";
import { createTag } from "@/lib/services/audience/create-tag";
import { deleteOperator } from "@/lib/services/audience/delete-operator";
import { deleteRecipient } from "@/lib/services/audience/delete-recipient";
import { deleteTag } from "@/lib/services/audience/delete-tag";
import { exportRecipients } from "@/lib/services/audience/export-recipients";
import { getRecipient } from "@/lib/services/audience/get-recipient";
import { setOptOut } from "@/lib/services/audience/set-opt-out";
import { type Context, systemActor } from "@/lib/services/context";
import { cloneDatabase } from "@/test/support/database";
import { exportImportErrors } from "./export-import-errors";
import { getImport } from "./get-import";
import { readHeader } from "./import-header";
import { runImport } from "./run-import";
import { startImport } from "./start-import";

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
    await createOperator(ctx, { code, name: code, rate_per_second: null, prefixes: [...prefixes], gateway: "default" });
});
afterAll(async () => {
  await db?.close();
  await database?.drop();
});

async function* chunks(bytes: Buffer, size: number) {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function importText(file: string | Buffer, size = 65_536) {
  const { job, done } = await startImport(ctx, chunks(Buffer.from(file as string), size));
  expect(job.status).toBe("running");
  await done;
  return getImport(ctx, job.id);
}

const read = (stream: ReadableStream<Uint8Array>) => new Response(stream).text();
const lastNo = async () => Number((await db.sql<{ n: string }[]>`select last_value as n from recipients_no_seq`)[0]!.n);

test("columns in any order, quoted line breaks, tags and attributes: every row arrives as it is written", async () => {
  const result = await importText(
    'note,tags,phone,timezone,operator\r\n"two\r\nlines, ""quoted""",vip|new,8 916 000-00-01,Asia/Omsk,none\r\n,,+79160000002,,\r\n',
    7,
  );
  expect(result).toMatchObject({ status: "completed", rows: 2, created: 2, updated: 0, rejected: 0, error: null });
  expect(await getRecipient(ctx, "+79160000001")).toMatchObject({
    operator: "none",
    tags: ["new", "vip"],
    timezone: "Asia/Omsk",
    attributes: { note: 'two\r\nlines, "quoted"' },
  });
  expect(await getRecipient(ctx, "+79160000002")).toMatchObject({ operator: "mts", tags: [], timezone: null, attributes: {} });
});

test("a semicolon file in Windows-1251 and one with a BOM mean the same as UTF-8", async () => {
  const cp1251 = Buffer.concat([
    Buffer.from("phone;operator;"),
    Buffer.from([0xe8, 0xec, 0xff]),
    Buffer.from("\r\n+79161110001;mts;"),
    Buffer.from([0xde, 0xeb, 0xff]),
  ]);
  expect(await importText(cp1251, 3)).toMatchObject({ status: "completed", created: 1 });
  expect((await getRecipient(ctx, "+79161110001")).attributes).toEqual({ имя: "Юля" });
  expect(await importText("\ufeffphone\n+79161110002\n")).toMatchObject({ status: "completed", created: 1 });
});

test("each wrong row is refused with its line and reason, and the error file can be corrected and imported", async () => {
  const long = "x".repeat(501);
  const result = await importText(
    [
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
    ].join("\n"),
  );
  expect(result).toMatchObject({ status: "completed", rows: 11, created: 1, updated: 0, rejected: 10 });
  const file = await read(await exportImportErrors(ctx, result.id, (code, { value = "" } = {}) => `${code}${value && ` ${value}`}`));
  const lines = file.replace("\ufeff", "").trimEnd().split("\r\n");
  expect(lines[0]).toBe("error_line,error_reason,phone,operator,tags,timezone,note");
  expect(lines.slice(1).map((line) => line.split(",").slice(0, 2).join(" "))).toEqual([
    "4 phone",
    "5 unknown_operator nobody",
    "6 no_operator_for_phone",
    "7 timezone",
    "8 cell_count",
    "9 unknown_tag 3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "10 tag_name",
    "11 attribute_too_long",
    "12 characters",
    "13 phone",
  ]);
  expect(lines[10]).toContain("'=cmd(),mts,,,'=1+1");
  expect(await importText(file.replace("Mars/Base", "Asia/Omsk"))).toMatchObject({ status: "completed", created: 1, rejected: 9 });
});

test("a file of 30,000 rows is imported whole; importing it again makes nobody twice and takes no recipient numbers", async () => {
  const phones = Array.from({ length: 30_000 }, (_, i) => `+7917${String(i).padStart(7, "0")}`);
  const file = `phone,tags,city\n${phones.map((phone, i) => `${phone},bulk|group${i % 3},city ${i}`).join("\n")}`;
  expect(await importText(file)).toMatchObject({ status: "completed", rows: 30_000, created: 30_000, updated: 0, rejected: 0 });
  const before = await lastNo();
  expect(await importText(file)).toMatchObject({ status: "completed", rows: 30_000, created: 0, updated: 30_000, rejected: 0 });
  expect(await lastNo()).toBe(before);
  const [row] =
    await db.sql`select count(*)::int as people, (select count(*)::int from recipient_tags) as tags from recipients where phone like '+7917%'`;
  expect(row).toMatchObject({ people: 30_000 });
  expect(await getRecipient(ctx, phones[29_999]!)).toMatchObject({ tags: ["bulk", "group2"], attributes: { city: "city 29999" } });
});

test("columns called - are passed over, however many there are, and whatever is in them", async () => {
  expect(await importText("phone,-,city,-\n+79160009001,secret,Omsk,\n")).toMatchObject({ rows: 1, created: 1, rejected: 0 });
  expect((await getRecipient(ctx, "+79160009001")).attributes).toEqual({ city: "Omsk" });
});

test("the last row of a number wins", async () => {
  const result = await importText("phone,tags,city\n+79163330001,a,first\n89163330001,b|c,second\n");
  expect(result).toMatchObject({ rows: 2, created: 1, updated: 1, rejected: 0 });
  expect(await getRecipient(ctx, "+79163330001")).toMatchObject({ tags: ["b", "c"], attributes: { city: "second" } });
});

test("importing never opts anybody in, not even somebody deleted", async () => {
  await importText("phone\n+79164440001\n+79164440002\n");
  await setOptOut(ctx, "+79164440001", true);
  await setOptOut(ctx, "+79164440002", true);
  await deleteRecipient(ctx, "+79164440002");
  const before = await lastNo();
  expect(await importText("phone,operator\n+79164440001,none\n+79164440002,mts\n")).toMatchObject({ created: 0, updated: 2 });
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
    (await db.sql`select operator_changed_at is not null as changed from recipients where phone = '+79165550001'`)[0]!.changed;
  expect(await stamp()).toBe(false);
  await importText("phone,operator,tags\n+79165550001,mts,\n");
  expect(await getRecipient(ctx, "+79165550001")).toMatchObject({ operator: "mts", tags: [] });
  expect(await stamp()).toBe(true);
});

test.each([
  ["header_missing", ""],
  ["header_missing", "\n\n"],
  ["column_phone_missing", "name,city\na,b\n"],
  ["column_twice", "phone,Phone\n"],
  ["column_name", `phone,${"x".repeat(65)}\n`],
  ["too_many_columns", `phone,${Array.from({ length: 51 }, (_, i) => `c${i}`).join(",")}\n`],
  ["header_unreadable", "x".repeat(100_000)],
  ["not_csv", "PK\u0003\u0004zip"],
])("a file with %s is refused before anything is imported", async (code, file) => {
  const error = await startImport(ctx, chunks(Buffer.from(file), 4_096)).catch((e) => e);
  expect(error).toBeInstanceOf(ValidationError);
  expect(error.errors[0]).toMatchObject({ code });
});

test("an operator that is deleted while a file that names it is read ends the import, and nobody is left without an operator", async () => {
  const { id } = await createOperator(ctx, { code: "gone", name: "gone", rate_per_second: null, prefixes: [], gateway: "default" });
  const job = await db.sql.begin((tx) => insertImport(tx, crypto.randomUUID(), "tester"));
  // The first part is asked for when the operators have been read.
  async function* file() {
    await deleteOperator(ctx, id);
    yield Buffer.from("phone,operator\n+79169900001,gone\n");
  }
  await runImport(ctx, job, readHeader("phone,operator\n"), file());
  expect(await getImport(ctx, job.id)).toMatchObject({ status: "failed", error: { code: "reference_deleted" }, rows: 0 });
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
    while ((await db.sql`select from pg_locks where not granted and locktype in ('transactionid', 'tuple')`).length === 0);
  });
  await deleting;
  expect((await getRecipient(ctx, "+79169900009")).tags).toEqual([]);
  expect(await db.sql`select from recipient_tags where tag_no = ${tagRow!.no}`).toHaveLength(0);
  expect(await db.sql.begin((tx) => holdReferences(tx, [], [tagRow!.no]))).toBe(false);
});

test("a quote that nobody closed fails the import and names the line", async () => {
  const result = await importText('phone,note\n+79166660001,ok\n+79166660002,"never closed\n');
  expect(result).toMatchObject({ status: "failed", rows: 1, created: 1, error: { code: "quote_not_closed" } });
});

test("an import whose process died is shown as failed", async () => {
  const id = "01890000-0000-7000-8000-000000000001";
  await db.sql.begin((tx) => insertImport(tx, id, "tester"));
  expect((await getImport(ctx, id)).status).toBe("running");
  await db.sql`update imports set updated_at = now() - interval '61 seconds' where id = ${id}`;
  expect(await getImport(ctx, id)).toMatchObject({ status: "failed", error: { code: "interrupted" } });
});

test("an export holds no formulas and imports to the same people", async () => {
  await createTag(ctx, { name: "=tag" });
  await importText('phone,tags,formula\n+79167770001,=tag|export,"=HYPERLINK(""http://x"")"\n+79167770002,export,@SUM(1)\n');
  const file = await read((await exportRecipients(ctx, { tag: "export" })).body);
  expect(file.replace("\ufeff", "").trimEnd().split("\r\n")).toEqual([
    "phone,operator,tags,timezone,opted_out_at,formula",
    `+79167770001,mts,'=tag|export,,,"'=HYPERLINK(""http://x"")"`,
    "+79167770002,mts,export,,,'@SUM(1)",
  ]);
  const before = [await getRecipient(ctx, "+79167770001"), await getRecipient(ctx, "+79167770002")];
  expect(await importText(file)).toMatchObject({ updated: 2, rejected: 0 });
  expect([await getRecipient(ctx, "+79167770001"), await getRecipient(ctx, "+79167770002")]).toEqual(before);
});
