import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unknownAttributeNames } from "@/db/audience/attribute-names";
import { listRecipients as listRows } from "@/db/audience/recipients";
import { foldTagCounts } from "@/db/audience/tags";
import { noTerms } from "@/db/audience/terms";
import { type Db, openDb } from "@/db/client";
import { measureAudience } from "@/db/dispatches/measure";
import { samplePeople } from "@/db/dispatches/sample-people";
import { expressionSchema } from "@/lib/contract/audience/expression";
import { operatorCreateSchema, operatorUpdateSchema } from "@/lib/contract/audience/operator";
import { recipientPatchSchema, recipientPutSchema } from "@/lib/contract/audience/recipient";
import { tagWriteSchema } from "@/lib/contract/audience/tag";
import { ConflictError, NotFoundError, ValidationError } from "@/lib/domain/errors";
import { type Context, systemActor } from "@/lib/services/context";
import { cloneDatabase } from "@/test/support/database";
import { createOperator } from "./create-operator";
import { createTag } from "./create-tag";
import { deleteOperator } from "./delete-operator";
import { deleteRecipient } from "./delete-recipient";
import { deleteTag } from "./delete-tag";
import { exportRecipients } from "./export-recipients";
import { getOperator } from "./get-operator";
import { getRecipient } from "./get-recipient";
import { getTag } from "./get-tag";
import { listRecipients, recipientFilter } from "./list-recipients";
import { listTags } from "./list-tags";
import { patchRecipient, putRecipient } from "./put-recipient";
import { setOptOut } from "./set-opt-out";
import { updateOperator } from "./update-operator";
import { updateTag } from "./update-tag";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let ctx: Context;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  ctx = { db, now: () => new Date(), actor: systemActor("tester"), announce: async () => {} };
});
afterAll(async () => {
  await db?.close();
  await database?.drop();
});

const operator = (code: string, rest: object = {}) =>
  createOperator(ctx, operatorCreateSchema.parse({ code, name: code, ...rest }));
const put = (phone: string, body: object = {}) => putRecipient(ctx, phone, recipientPutSchema.parse(body));
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error) => error,
  );
const audited = async (id: string) =>
  (
    await db.sql<
      { action: string; actor: string }[]
    >`select action, actor from audit_log where subject_id = ${id} order by no`
  ).map((r) => `${r.action} by ${r.actor}`);

test("an operator is created, changed and deleted, and each change says who made it", async () => {
  const made = await operator("one", { rate_per_second: 2.5, prefixes: ["+7901", "7901"] });
  expect(made).toMatchObject({ code: "one", rate: 2.5, prefixes: ["7901"], gateway: "default" });
  expect(await updateOperator(ctx, made.id, { rate_per_second: 7 })).toMatchObject({
    rate: 7,
    prefixes: ["7901"],
  });
  expect((await db.sql`select rate::float8 as rate from operators where id = ${made.id}`)[0]).toEqual({
    rate: 7,
  });
  await deleteOperator(ctx, made.id);
  expect(await failure(getOperator(ctx, made.id))).toBeInstanceOf(NotFoundError);
  expect(await audited(made.id)).toEqual([
    "operator.created by tester",
    "operator.updated by tester",
    "operator.deleted by tester",
  ]);
});

test("What the audit log keeps of operators and recipients looks as it always did, whatever services call it", async () => {
  const { id } = await operator("logged", { rate_per_second: 2.5, prefixes: ["7920"] });
  await updateOperator(ctx, id, { rate_per_second: null });
  const phone = "+79200000001";
  await put(phone, { timezone: "Asia/Omsk" });
  const out = await setOptOut(ctx, phone, true);
  const entries =
    await db.sql`select before, after from audit_log where subject_id in (${id}, ${phone}) order by no`;
  const [kept, iso] = [
    { id, code: "logged", name: "logged", prefixes: ["7920"], gateway: "default" },
    (at: Date) => at.toISOString(),
  ];
  const [made, changed, there, opted] = entries;
  expect(made).toEqual({ before: null, after: { ...kept, rate_per_second: 2.5 } });
  expect(changed).toEqual({
    before: { ...kept, rate_per_second: 2.5 },
    after: { ...kept, rate_per_second: null },
  });
  const told = {
    phone,
    operator: "logged",
    tags: [],
    timezone: "Asia/Omsk",
    attributes: {},
    created_at: iso(out.createdAt),
  };
  expect(there).toEqual({
    before: null,
    after: { ...told, opted_out_at: null, updated_at: expect.any(String) },
  });
  expect(opted).toEqual({
    before: there!.after,
    after: {
      ...told,
      opted_out_at: iso(out.optedOutAt!),
      updated_at: iso(out.updatedAt),
      reason: "asked",
      source: "tester",
    },
  });
});

test("two operators never share a code or a prefix", async () => {
  const made = await operator("two", { prefixes: ["7902"] });
  const other = await operator("two-b");
  expect(await failure(operator("two"))).toMatchObject({ code: "code_taken" });
  expect(await failure(operator("three", { prefixes: ["7902"] }))).toMatchObject({
    code: "prefix_taken",
    params: { prefix: "7902", code: "two" },
  });
  expect(await failure(updateOperator(ctx, other.id, { code: "two" }))).toMatchObject({ code: "code_taken" });
  expect(await failure(updateOperator(ctx, other.id, { prefixes: ["7902"] }))).toMatchObject({
    code: "prefix_taken",
  });
  expect(await updateOperator(ctx, made.id, { prefixes: ["7902", "7903"] })).toMatchObject({
    prefixes: ["7902", "7903"],
  });
});

test("what is used is not deleted, and the refusal says what uses it", async () => {
  const used = await operator("used", { prefixes: ["7904"] });
  const tag = await createTag(ctx, { name: "used" });
  await put("+79040000001");
  expect(await failure(deleteOperator(ctx, used.id))).toMatchObject({
    code: "operator_in_use",
    params: { recipients: 1, dispatches: 0 },
  });
  const id = "01890000-0000-7000-8000-000000000002";
  await db.sql`insert into dispatches (id, timezone, start_at, end_at, start_input, end_input, message_text, segments, tag_no)
    values (${id}, 'UTC', now(), now(), '', '', 'x', 1, (select no from tags where id = ${tag.id}))`;
  const error = await failure(deleteTag(ctx, tag.id));
  expect(error).toBeInstanceOf(ConflictError);
  expect(error).toMatchObject({ code: "tag_in_use", params: { dispatches: 1, ids: id } });
});

test("An operator's gateway is one that there is; a name that has left the file stays until another is chosen", async () => {
  const gateways = new Set(["mts-smpp", "twilio"]);
  const input = (gateway: string) =>
    operatorCreateSchema.parse({ code: `via-${gateway}`, name: gateway, gateway });
  expect(await failure(createOperator(ctx, input("nowhere"), gateways))).toMatchObject({
    errors: [
      {
        pointer: "/gateway",
        code: "unknown_gateway",
        params: { value: "nowhere", names: "mts-smpp, twilio" },
      },
    ],
  });
  const made = await createOperator(ctx, input("twilio"), gateways);
  const left = new Set(["mts-smpp"]);
  expect(await updateOperator(ctx, made.id, { name: "Renamed", gateway: "twilio" }, left)).toMatchObject({
    gateway: "twilio",
  });
  expect(await failure(updateOperator(ctx, made.id, { gateway: "nowhere" }, left))).toMatchObject({
    errors: [{ code: "unknown_gateway" }],
  });
  expect(await updateOperator(ctx, made.id, { gateway: "mts-smpp" }, left)).toMatchObject({
    gateway: "mts-smpp",
  });
});

test("a tag is renamed and deleted with all its uses by recipients", async () => {
  await operator("tags", { prefixes: ["7905"] });
  const tag = await createTag(ctx, { name: "old" });
  expect(await failure(createTag(ctx, { name: "old" }))).toMatchObject({ code: "tag_name_taken" });
  await put("+79050000001", { tags: ["old"] });
  expect(await updateTag(ctx, tag.id, { name: "new" })).toMatchObject({
    id: tag.id,
    name: "new",
    recipients: 1,
  });
  expect((await getRecipient(ctx, "+79050000001")).tags).toEqual(["new"]);
  await deleteTag(ctx, tag.id);
  expect((await getRecipient(ctx, "+79050000001")).tags).toEqual([]);
  expect(await audited(tag.id)).toEqual([
    "tag.created by tester",
    "tag.updated by tester",
    "tag.deleted by tester",
  ]);
});

test("a tag whose name imports take for another's is refused, whoever is first; a tag may change its own spelling", async () => {
  const alike = ["Йод  люкс", "йод люкс", "ЙОД Люкс".normalize("NFD"), "Йод\u200b люкс"];
  const made = await Promise.allSettled(alike.map((name) => createTag(ctx, tagWriteSchema.parse({ name }))));
  const [first, ...others] = made.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  expect(others).toEqual([]);
  const taken = { code: "tag_name_taken", params: { name: first!.name } };
  for (const one of made) if (one.status === "rejected") expect(one.reason).toMatchObject(taken);
  for (const name of alike.filter((one) => one !== first!.name))
    expect(await failure(createTag(ctx, { name }))).toMatchObject(taken);
  const other = await createTag(ctx, tagWriteSchema.parse({ name: "йод\u200b" }));
  expect(other.name).toBe("йод");
  expect(await failure(updateTag(ctx, other.id, { name: "йод ЛЮКС" }))).toMatchObject(taken);
  expect(await updateTag(ctx, other.id, { name: "ЙОД" })).toMatchObject({ name: "ЙОД" });
  // One from before the rule stays, and can get another name.
  const id = crypto.randomUUID();
  await db.sql`insert into tags (id, name) values (${id}, 'Йод')`;
  expect(await updateTag(ctx, id, { name: "Соль" })).toMatchObject({ name: "Соль" });
});

test("PUT creates, then changes; the operator is named by id or code, or found by the longest prefix", async () => {
  const wide = await operator("wide", { prefixes: ["7906"] });
  await operator("narrow", { prefixes: ["79061"] });
  const tag = await createTag(ctx, { name: "t1" });
  await createTag(ctx, { name: "t2" });
  expect(
    await put("8 906 100-00-01", { tags: [tag.id, "t2", "t1"], attributes: { имя: "Юля" } }),
  ).toMatchObject({
    created: true,
    recipient: { phone: "+79061000001", operator: "narrow", tags: ["t1", "t2"], attributes: { имя: "Юля" } },
  });
  expect(await put("+79061000001", { operator: wide.id.toUpperCase(), timezone: "Asia/Omsk" })).toMatchObject(
    {
      created: false,
      recipient: { operator: "wide", tags: ["t1", "t2"], timezone: "Asia/Omsk", attributes: { имя: "Юля" } },
    },
  );
  const [row] =
    await db.sql`select operator_changed_at is not null as changed from recipients where phone = '+79061000001'`;
  expect(row).toEqual({ changed: true });
  expect(await audited("+79061000001")).toEqual([
    "recipient.created by tester",
    "recipient.updated by tester",
  ]);
});

test("an unknown operator and every unknown tag are refused together, and nothing is made", async () => {
  const error = await failure(put("+79070000001", { operator: "nobody", tags: ["ghost", "ghoul"] }));
  expect(error).toBeInstanceOf(ValidationError);
  expect(error.errors.map((e: { pointer: string; code: string }) => `${e.pointer} ${e.code}`)).toEqual([
    "/operator unknown_operator",
    "/tags/0 unknown_tag",
    "/tags/1 unknown_tag",
  ]);
  expect((await failure(put("+4915112345678"))).errors).toMatchObject([
    { pointer: "/operator", code: "no_operator_for_phone" },
  ]);
  expect((await failure(put("not a phone"))).errors).toMatchObject([{ pointer: "/phone", code: "phone" }]);
  expect(await failure(getRecipient(ctx, "+79070000001"))).toBeInstanceOf(NotFoundError);
});

test("nobody new gets a number that no text message reaches; who has one already can be changed", async () => {
  await operator("land", { prefixes: ["7495"] });
  const codeOf = async (phone: string) => (await failure(put(phone, { operator: "land" }))).errors[0].code;
  expect(await codeOf("+74951110001")).toBe("not_mobile");
  expect(await codeOf("8 (900) 123-45-6")).toBe("phone_impossible");
  await db.sql`insert into recipients (phone, operator_no) select '+74951110001', no from operators where code = 'land'`;
  expect((await put("8 495 111-00-01", { timezone: "Asia/Omsk" })).recipient).toMatchObject({
    phone: "+74951110001",
    timezone: "Asia/Omsk",
  });
  await deleteRecipient(ctx, "+74951110001");
  expect(await codeOf("+74951110001")).toBe("not_mobile");
});

test("a PUT changes what it names: who was moved to another operator stays there, and null empties", async () => {
  await operator("t24", { prefixes: ["7932"] });
  await operator("b24", { prefixes: ["7933"] });
  for (const name of ["a24", "b24"]) await createTag(ctx, { name });
  const phone = "+79320002401";
  const told = { operator: "b24", tags: ["a24"], timezone: "Asia/Omsk", attributes: { city: "Омск" } };
  await put(phone, told);
  expect((await put(phone)).recipient).toMatchObject(told);
  expect((await put(phone, { tags: ["a24", "b24"] })).recipient).toMatchObject({
    ...told,
    tags: ["a24", "b24"],
  });
  expect((await put(phone, { tags: null, timezone: null })).recipient).toMatchObject({
    ...told,
    tags: [],
    timezone: null,
  });
  expect((await put(phone, { attributes: { a: "1" } })).recipient).toMatchObject({
    operator: "b24",
    attributes: { a: "1" },
  });
  expect((await put(phone, { operator: null, attributes: null })).recipient).toMatchObject({
    operator: "t24",
    attributes: {},
  });
  // Somebody who was deleted is new.
  await put(phone, told);
  await deleteRecipient(ctx, phone);
  expect((await put(phone)).recipient).toMatchObject({
    operator: "t24",
    tags: [],
    timezone: null,
    attributes: {},
  });
});

test("a tag says how many carry it, whatever gives and takes tags, also at once and while counts are folded", async () => {
  await operator("c7", { prefixes: ["7937"] });
  const names = ["c1", "c2", "c3"];
  for (const name of names) await createTag(ctx, { name });
  const phone = (i: number) => `+7937000${String(i).padStart(4, "0")}`;
  const said = async () =>
    (await listTags(ctx, { limit: 200 })).items
      .filter(({ name }) => names.includes(name))
      .map((tag) => tag.recipients);
  const there = async () =>
    (
      await db.sql<{ n: number }[]>`
        select (select count(*)::int from recipient_tags rt where rt.tag_no = t.no) as n from tags t where name = any(${names}) order by no desc`
    ).map(({ n }) => n);
  for (let round = 0; round < 3; round++) {
    await Promise.all([
      ...Array.from({ length: 40 }, (_, i) =>
        put(phone(i), { tags: names.filter((_, tag) => (i + round) % (tag + 2) === 0) }),
      ),
      foldTagCounts(db.sql),
      foldTagCounts(db.sql),
    ]);
    expect(await said()).toEqual(await there());
  }
  await deleteRecipient(ctx, phone(0));
  await foldTagCounts(db.sql);
  expect(await said()).toEqual(await there());
  expect((await said()).every((count) => count > 0)).toBe(true);
  const rows = await db.sql<{ n: number }[]>`select count(*)::int as n from tag_counts group by tag_no`;
  expect(Math.max(...rows.map(({ n }) => n))).toBe(1);
});

test("an opt-out survives replacing, deleting and putting again, with the same number; only opting in ends it", async () => {
  await operator("out", { prefixes: ["7908"] });
  const phone = "+79080000001";
  const no = async () => (await db.sql`select no from recipients where phone = ${phone}`)[0]!.no;
  await put(phone);
  const first = await no();
  const out = await setOptOut(ctx, phone, true);
  expect(out.optedOutAt).not.toBeNull();
  expect((await setOptOut(ctx, phone, true)).optedOutAt).toEqual(out.optedOutAt);
  await put(phone);
  await deleteRecipient(ctx, phone);
  expect(await failure(getRecipient(ctx, phone))).toBeInstanceOf(NotFoundError);
  expect(await failure(deleteRecipient(ctx, phone))).toBeInstanceOf(NotFoundError);
  expect(await put(phone)).toMatchObject({ created: true, recipient: { optedOutAt: out.optedOutAt } });
  expect(await no()).toBe(first);
  expect((await setOptOut(ctx, phone, false)).optedOutAt).toBeNull();
});

test("twenty PUTs of one new number at once make one recipient", async () => {
  await operator("race", { prefixes: ["7909"] });
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, i) => put("+79090000001", { attributes: { n: String(i) } })),
  );
  expect(results).toHaveLength(20);
  expect((await db.sql`select count(*)::int as n from recipients where phone = '+79090000001'`)[0]).toEqual({
    n: 1,
  });
});

test("recipients are listed newest first in pages, by operator, tag and beginning of the phone", async () => {
  await operator("list", { prefixes: ["7911"] });
  const tag = await createTag(ctx, { name: "listed" });
  for (let i = 0; i < 5; i++) await put(`+7911000000${i}`, { tags: i % 2 ? ["listed"] : [] });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listRecipients(ctx, { operator: "list", limit: 2, cursor });
    seen.push(...page.items.map((r) => r.phone));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  expect(seen).toEqual([4, 3, 2, 1, 0].map((i) => `+7911000000${i}`));
  expect((await listRecipients(ctx, { tag: "listed", limit: 50 })).items.map((r) => r.phone)).toEqual([
    "+79110000003",
    "+79110000001",
  ]);
  expect((await listRecipients(ctx, { tag: tag.id, q: "8 911 000 00 03", limit: 50 })).items).toHaveLength(1);
  expect((await getTag(ctx, tag.id)).recipients).toBe(2);
  expect(await failure(listRecipients(ctx, { operator: "nobody", tag: "ghost", limit: 5 }))).toBeInstanceOf(
    ValidationError,
  );
  expect(await failure(listRecipients(ctx, { limit: 5, cursor: "nonsense" }))).toBeInstanceOf(
    ValidationError,
  );
});

test("those whose phone begins so are listed newest first, page after page, however many are newer than them", async () => {
  await operator("spread");
  const insert = (from: string, count: number) => db.sql`
    insert into recipients (phone, operator_no)
    select ${from}::text || lpad(i::text, 6, '0'), (select max(no) from operators) from generate_series(1, ${count}::int) i`;
  for (const [from, count] of [
    ["+79550", 3],
    ["+79560", 30_000],
    ["+79551", 2],
  ] as const)
    await insert(from, count);
  const phones: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listRecipients(ctx, { q: "+7955", limit: 2, cursor });
    phones.push(...page.items.map(({ phone }) => phone));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  const seen = ["+79551000002", "+79551000001", "+79550000003", "+79550000002", "+79550000001"];
  expect(phones).toEqual(seen);
});

test("those whose phone ends so are listed before those whose phone begins so, page after page, and exported with them", async () => {
  const { code } = await operator("ends");
  for (const phone of ["+79162223311", "+79133330001", "+79132223311", "+79133330002", "+79133339133"])
    await put(phone, { operator: code });
  await put("+79132223312", { operator: code });
  const all = async (q: string) => {
    const phones: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listRecipients(ctx, { q, operator: code, limit: 1, cursor });
      phones.push(...page.items.map(({ phone }) => phone));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    return phones;
  };
  expect(await all("33-11")).toEqual(["+79132223311", "+79162223311"]);
  expect(await all("222 33 11")).toEqual(["+79132223311", "+79162223311"]);
  expect(await all("62223311")).toEqual(["+79162223311"]);
  // Too short for an end: they have it.
  expect(await all("311")).toEqual(["+79132223311", "+79162223311"]);
  expect(await all("22 33")).toEqual(["+79132223312", "+79132223311", "+79162223311"]);
  expect(await all("+3311")).toEqual([]);
  const begins = ["+79133330002", "+79133330001"];
  // The one who ends so is older than another who begins so.
  await put("+79133330003", { operator: code });
  expect(await all("9133")).toEqual(["+79133339133", "+79133330003", ...begins]);
  expect(await all("+79133")).toEqual(["+79133330003", "+79133339133", ...begins]);
  expect(await all("79133339133")).toEqual(["+79133339133"]);
  const file = await exportRecipients(ctx, { q: "9133", operator: code });
  expect((await new Response(file.body).text()).match(/\+7\d{10}/g)).toEqual([
    ...["+79133330001", "+79133330002", "+79133339133", "+79133330003"],
  ]);
});

test("a part of a number or of an attribute is found wherever it stands, and what was not searched is not said to be found out", async () => {
  const { code } = await operator("parts");
  const named = async (phone: string, name: string) =>
    put(phone, { operator: code, attributes: { name, note: "50%_of" } });
  await named("+79145550001", "Иван Петров");
  await named("+79145550002", 'Anna "Ann" O\'Neil');
  await named("+79145550003", "Пётр Иванов");
  const found = async (q: string) =>
    (await listRecipients(ctx, { q, operator: code, limit: 50 })).items.map(({ phone }) => phone.slice(-1));
  expect(await found("иван")).toEqual(["3", "1"]);
  expect(await found(' "ann"')).toEqual(["2"]);
  expect(await found("0%_O")).toEqual(["3", "2", "1"]);
  expect(await found("0x_o")).toEqual([]);
  expect(await found("name")).toEqual([]);
  expect(await found("45 55")).toEqual(["3", "2", "1"]);
  const file = await exportRecipients(ctx, { q: "иван", operator: code });
  expect((await new Response(file.body).text()).match(/\+7\d{10}/g)).toEqual([
    "+79145550001",
    "+79145550003",
  ]);

  const all = await recipientFilter(ctx, { q: "иван", operator: code });
  const seen: (string | null)[] = [];
  let at: number | null = null;
  do {
    const page: Awaited<ReturnType<typeof listRows>> = await listRows(db.sql, all, 10, at, {
      stretch: 1,
      forMs: -1,
    });
    seen.push(...page.rows.map(({ phone }) => phone), page.searchedTo === null ? "all" : "part");
    at = page.searchedTo;
  } while (at !== null && seen.length < 4);
  expect(seen).toEqual(["+79145550003", "part", "part", "+79145550001", "part"]);
  await exportRecipients(ctx, { q: "Петров", operator: code });
  expect(await db.sql`select after ->> 'q' as q from audit_log order by at desc limit 1`).toEqual([
    { q: "…" },
  ]);
});

test.each([recipientPutSchema, recipientPatchSchema])(
  "A name that a map of JSON cannot hold, or that stands in it twice, is refused at its field",
  (schema) => {
    const codes = (names: string[]) =>
      schema
        .safeParse(JSON.parse(`{"attributes":{${names.map((name) => `"${name}":"x"`)}}}`))
        .error?.issues.map(({ path, message }) => [...path, message]);
    expect(codes(["a", "__proto__"])).toEqual([["attributes", "__proto__", "attribute_name"]]);
    expect(codes(["Край", "Край".normalize("NFD")])).toEqual([
      ["attributes", "Край".normalize("NFD"), "attribute_twice"],
    ]);
    expect(codes(["constructor", "край"])).toBeUndefined();
    for (const name of ["\u200b", "\u2060Phone\u200b", "ph\u00adone", "\u200b__proto__"])
      expect(codes([name])).toMatchObject([["attributes", name, expect.anything()]]);
  },
);

const uuid = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
test.each([
  ["an operator without a name", operatorCreateSchema, { code: "x" }],
  ["an operator with a code like an id", operatorCreateSchema, { code: uuid, name: "x" }],
  ["a blank code", operatorCreateSchema, { code: "  ", name: "x" }],
  ["NUL in a name", operatorCreateSchema, { code: "x", name: "a\0b" }],
  ["a lone surrogate in a name", operatorCreateSchema, { code: "x", name: "\ud800" }],
  ["a rate of zero", operatorUpdateSchema, { rate_per_second: 0 }],
  ["a negative rate", operatorUpdateSchema, { rate_per_second: -1 }],
  ["a rate in quotes", operatorUpdateSchema, { rate_per_second: "5" }],
  ["a prefix with letters", operatorUpdateSchema, { prefixes: ["79a"] }],
  ["a field that nobody knows", operatorUpdateSchema, { rate: 5 }],
  ["a tag with a name like an id", tagWriteSchema, { name: uuid }],
  ["a tag that nobody sees", tagWriteSchema, { name: "\u200b" }],
  ["a tag with a bar", tagWriteSchema, { name: "a|b" }],
  ["a tag of 101 characters", tagWriteSchema, { name: "x".repeat(101) }],
  ["an offset for a time zone", recipientPutSchema, { timezone: "+03:00" }],
  ["an unknown time zone", recipientPutSchema, { timezone: "Mars/Base" }],
  ["attributes that are no map", recipientPutSchema, { attributes: ["a"] }],
  ["an attribute that is no text", recipientPutSchema, { attributes: { a: 1 } }],
  ["an attribute named like a column", recipientPutSchema, { attributes: { Phone: "1" } }],
  ["an attribute of 501 characters", recipientPutSchema, { attributes: { a: "x".repeat(501) } }],
  [
    "51 attributes",
    recipientPutSchema,
    { attributes: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`a${i}`, ""])) },
  ],
  ["tags that are no list", recipientPutSchema, { tags: "vip" }],
  ["an empty operator", recipientPutSchema, { operator: "" }],
  ["an opt-out by PUT", recipientPutSchema, { opted_out_at: null }],
] as const)("%s is refused", (_, schema, input) => expect(schema.safeParse(input).success).toBe(false));

test("What nobody sees is no part of a value's ends, however it comes, and an audience finds the value", async () => {
  const { no } = await operator("unseen", { prefixes: ["7982"] });
  const name = "\u3164می\u200cخواهم 👩\u200d🚀";
  const attributes = { city: "Казань\u200b", name, none: "\u00a0\u2060" };
  const { recipient } = await put("+79820000001", { attributes });
  expect(recipient.attributes).toEqual({ city: "Казань", name: name.slice(1), none: "" });
  const patch = recipientPatchSchema.parse({ attributes: { city: " Казань\u00ad" } });
  expect((await patchRecipient(ctx, "+79820000001", patch)).attributes.city).toBe("Казань");
  // One whose value came before values were trimmed.
  await db.sql`
    insert into recipients (phone, operator_no, attributes) values ('+79820000002', ${no}, '{"city": "Уфа "}')`;
  const count = async (value: string) => {
    const terms = { ...noTerms, attributes: [{ name: "city", values: [value] }] };
    const { parts } = await measureAudience(db.sql, { operatorNo: null, tagNo: null, terms });
    return parts.reduce((sum, part) => sum + part.count, 0);
  };
  expect(await Promise.all(["Казань", "Казань\u200b", "Уфа ", "Уфа"].map(count))).toEqual([1, 1, 1, 0]);
});

test("A name of an attribute is one however its letters are composed, also where it came before", async () => {
  const { no } = await operator("composed", { prefixes: ["7983"] });
  const [phone, before] = ["+79830000001", "+79830000002"];
  const [Край, decomposed] = ["Край", "Край".normalize("NFD")];
  const { recipient } = await put(phone, { attributes: { [`${decomposed}\u200b`]: "Алтай" } });
  expect(recipient.attributes).toEqual({ [Край]: "Алтай" });
  await db.sql`
    insert into recipients (phone, operator_no, attributes)
    values (${before}, ${no}, jsonb_build_object(${decomposed}::text, 'Алтай'))`;
  const clause = { name: `${decomposed}\u00ad`, in: ["Алтай"] };
  const { attributes } = expressionSchema.parse({ attributes: [clause] });
  expect(attributes![0]!.name).toBe(Край);
  for (const name of [Край, decomposed]) {
    const terms = { ...noTerms, attributes: [{ name, values: ["Алтай"] }] };
    const filters = { operatorNo: null, tagNo: null, terms };
    expect((await measureAudience(db.sql, filters)).parts).toMatchObject([{ count: 2 }]);
    const { people } = await samplePeople(db.sql, filters, [Край], 10);
    expect(people.map((person) => person.attributes)).toEqual([{ [Край]: "Алтай" }, { [Край]: "Алтай" }]);
  }
  const patch = recipientPatchSchema.parse({ attributes: { [decomposed]: null } });
  for (const one of [phone, before]) expect((await patchRecipient(ctx, one, patch)).attributes).toEqual({});
  await db.sql`delete from attribute_names where name = ${Край}`;
  await db.sql`insert into attribute_names (name) values (${decomposed})`;
  expect(await unknownAttributeNames(db.sql, [Край])).toEqual([]);
});

test("Names of attributes are kept: whoever has them first, and however they come", async () => {
  const { no } = await operator("names", { prefixes: ["7981"] });
  await put("+79810000001", { attributes: { born: "1990", "two words": "x" } });
  await patchRecipient(ctx, "+79810000001", { attributes: { patched: "1", gone: null } });
  await put("+79810000001", { attributes: null });
  const named = ["born", "two words", "patched", "gone", "filled"];
  expect(await unknownAttributeNames(db.sql, named)).toEqual(["gone", "filled"]);
  // What was there before there was a catalogue, by the migration that fills it; and once more.
  await db.sql`
    insert into recipients (phone, operator_no, attributes) values ('+79810000002', ${no}, '{"filled": "1"}')`;
  const file = readFileSync("db/migrations/0051_attribute_names_filled.sql", "utf8");
  for (const _ of [1, 2]) await db.sql.unsafe(file);
  expect(await unknownAttributeNames(db.sql, named)).toEqual(["gone"]);
});
