import { afterAll, beforeAll, expect, test } from "vitest";
import { suppress } from "@/db/audience/suppressions";
import { type Db, openDb, transaction } from "@/db/client";
import { operatorCreateSchema } from "@/lib/contract/audience/operator";
import { recipientPutSchema } from "@/lib/contract/audience/recipient";
import { NotFoundError, ValidationError } from "@/lib/domain/errors";
import { type Context, systemActor } from "@/lib/services/context";
import type { Page } from "@/lib/services/page";
import { cloneDatabase } from "@/test/support/database";
import { createOperator } from "./create-operator";
import { getRecipient } from "./get-recipient";
import { listReplies } from "./list-replies";
import { exportSuppressions, listSuppressions } from "./list-suppressions";
import { putRecipient } from "./put-recipient";
import { setOptOut } from "./set-opt-out";
import { createSuppression, deleteSuppression } from "./suppress-phone";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let ctx: Context;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  ctx = { db, now: () => new Date(), actor: systemActor("tester"), announce: async () => {} };
  await createOperator(ctx, operatorCreateSchema.parse({ code: "op", name: "op", prefixes: ["7"] }));
});
afterAll(async () => {
  await db?.close();
  await database?.drop();
});

const put = (phone: string) => putRecipient(ctx, phone, recipientPutSchema.parse({}));
const audited = async (phone: string) =>
  (
    await db.sql<
      { action: string }[]
    >`select action from audit_log where subject_id = ${phone} and action like 'recipient.opted%' order by no`
  ).map(({ action }) => action);
const reasonsOf = async (phone: string) =>
  (await listSuppressions(ctx, { phone, limit: 50 })).items.map(
    ({ reason, source }) => `${reason} by ${source}`,
  );

test("Who is no recipient can be opted out, stays so when added, and may be written to when it is taken back", async () => {
  const phone = "+79010000001";
  const made = await createSuppression(ctx, { phone: "8 901 000-00-01" });
  expect(made).toMatchObject({ created: true, suppression: { phone, reason: "asked", source: "tester" } });
  expect(await createSuppression(ctx, { phone })).toEqual({ ...made, created: false });
  const { recipient } = await put(phone);
  expect(recipient.optedOutAt).not.toBeNull();
  await deleteSuppression(ctx, phone);
  expect((await getRecipient(ctx, phone)).optedOutAt).toBeNull();
  await expect(deleteSuppression(ctx, phone)).rejects.toBeInstanceOf(NotFoundError);
  await expect(createSuppression(ctx, { phone: "+7901" })).rejects.toBeInstanceOf(ValidationError);
  expect(await audited(phone)).toEqual(["recipient.opted_out", "recipient.opted_in"]);
});

test("Numbers without a country code are of the installation's country; with one, the plus may be missing", async () => {
  const suppressed = async (country: Context["country"], phone: string) =>
    (await createSuppression({ ...ctx, ...(country && { country }) }, { phone })).suppression.phone;
  expect(await suppressed(undefined, "(917) 555-0124")).toBe("+79175550124");
  expect(await suppressed("US", "(917) 555-0124")).toBe("+19175550124");
  expect(await suppressed("US", "79175550125")).toBe("+79175550125");
  expect(await suppressed(undefined, "19175550125")).toBe("+19175550125");
  await expect(put("8 495 123-45-67")).rejects.toMatchObject({ errors: [{ code: "not_mobile" }] });
});

test("Each reason is an entry and a line of the audit log, and all of them are taken back together", async () => {
  const phone = "+79010000002";
  await put(phone);
  await transaction(db.sql, (tx) => suppress(tx, [phone], "imported", "import 1"));
  const at = (await getRecipient(ctx, phone)).optedOutAt;
  await setOptOut(ctx, phone, true);
  await setOptOut(ctx, phone, true);
  expect(await reasonsOf(phone)).toEqual(["asked by tester", "imported by import 1"]);
  expect((await getRecipient(ctx, phone)).optedOutAt).toEqual(at);
  expect(await audited(phone)).toEqual(["recipient.opted_out"]);
  await deleteSuppression(ctx, phone);
  expect(await reasonsOf(phone)).toEqual([]);
  expect((await getRecipient(ctx, phone)).optedOutAt).toBeNull();
  expect(await audited(phone)).toEqual(["recipient.opted_out", "recipient.opted_in"]);
});

test("The list pages newest first, by the beginning of a phone and by reason; the export has all of it and is noted", async () => {
  const phones = Array.from({ length: 5 }, (_, i) => `+7902000000${i}`);
  for (const phone of phones) await createSuppression(ctx, { phone });
  await transaction(db.sql, (tx) => suppress(tx, [phones[0]!], "replied_stop", "inbound 1"));
  const first = await listSuppressions(ctx, { phone: "8902", limit: 4 });
  const rest = await listSuppressions(ctx, { phone: "8902", limit: 4, cursor: first.nextCursor! });
  const told = [...first.items, ...rest.items].map(({ phone, reason }) => `${phone} ${reason}`);
  expect(told).toEqual([
    `${phones[0]} replied_stop`,
    ...phones.toReversed().map((phone) => `${phone} asked`),
  ]);
  expect((await listSuppressions(ctx, { reason: "replied_stop", limit: 50 })).items).toHaveLength(1);
  const { body } = await exportSuppressions(ctx, { phone: "+7902" });
  const lines = (await new Response(body).text()).trim().split("\r\n");
  expect(lines[0]).toBe("phone,opted_out_at,reason,source");
  expect(lines.slice(1).map((line) => line.split(",")[0])).toEqual([phones[0], ...phones.toReversed()]);
  expect(await db.sql`select after from audit_log where action = 'suppressions.exported'`).toEqual([
    { after: { phone: "+7902" } },
  ]);
});

test("A piece of a number is found where it begins one, and then wherever it stands, page after page", async () => {
  const phones = ["+79038903555", "+79118903444", "+79038903000", "+79030000001"];
  for (const phone of phones) {
    await createSuppression(ctx, { phone });
    await db.sql`
      insert into inbound_messages (gateway, external_id, phone, body, at)
      values ('default', ${phone}, ${phone}, 'Hello', clock_now())`;
  }
  const all = async (list: (cursor: string | undefined) => Promise<Page<string>>) => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { items, nextCursor } = await list(cursor);
      seen.push(...items);
      cursor = nextCursor ?? undefined;
    } while (cursor);
    return seen;
  };
  const suppressed = (phone: string) =>
    all(async (cursor) => {
      const { items, nextCursor } = await listSuppressions(ctx, { phone, limit: 2, cursor });
      return { items: items.map((item) => item.phone), nextCursor };
    });
  const answered = (phone: string) =>
    all(async (cursor) => {
      const { items, nextCursor } = await listReplies(ctx, { phone, limit: 2, cursor });
      return { items: items.map((item) => item.phone), nextCursor };
    });
  for (const found of [suppressed, answered]) {
    const begin = ["+79030000001", "+79038903000", "+79038903555"];
    expect(await found("89 03")).toEqual([...begin, "+79118903444"]);
    expect(await found("8903444")).toEqual(["+79118903444"]);
    expect(await found("+7903")).toEqual(begin);
    expect(await found("+8903")).toEqual([]);
  }
  const { body } = await exportSuppressions(ctx, { phone: "903444" });
  expect(await new Response(body).text()).toContain("+79118903444");
});
