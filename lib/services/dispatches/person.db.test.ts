import { afterEach, beforeEach, expect, test } from "vitest";
import { importStartQuerySchema } from "@/lib/contract/audience/import";
import { operatorCreateSchema } from "@/lib/contract/audience/operator";
import { NotFoundError, ValidationError } from "@/lib/domain/errors";
import { presentPersonData } from "@/lib/http/present/person";
import { createOperator } from "@/lib/services/audience/create-operator";
import { createTag } from "@/lib/services/audience/create-tag";
import { awaitImport } from "@/lib/services/audience/import/get-import";
import { startImport } from "@/lib/services/audience/import/start-import";
import { patchRecipient, putRecipient } from "@/lib/services/audience/put-recipient";
import { setOptOut } from "@/lib/services/audience/set-opt-out";
import { takeInbound } from "@/lib/services/audience/take-inbound";
import type { Context } from "@/lib/services/context";
import { World } from "@/test/support/world";
import { listPersonMessages } from "./list-person-messages";
import { readPersonData } from "./read-person-data";

const PHONE = "+79001234567";

let world: World;
let web: Context;
beforeEach(async () => {
  world = await World.open();
  web = world.web();
  for (const [code, prefixes] of [
    ["any", ["79"]],
    ["other", []],
  ] as const)
    await createOperator(web, operatorCreateSchema.parse({ code, name: code, prefixes: [...prefixes] }));
  for (const name of ["VIP", "News"]) await createTag(web, { name });
});
afterEach(() => world.close());

const run = async (text: string) => {
  const dispatch = await world.addDispatch({ text });
  await world.run(world.process(), dispatch);
  return dispatch;
};

test("A PATCH changes what it names, of attributes too, and makes nobody", async () => {
  await expect(patchRecipient(web, PHONE, { tags: ["VIP"] })).rejects.toBeInstanceOf(NotFoundError);
  const whole = {
    operator: "other",
    tags: ["VIP"],
    timezone: "Europe/Moscow",
    attributes: { city: "Moscow", name: "Anna" },
  };
  await putRecipient(web, PHONE, whole);
  await setOptOut(web, PHONE, true);
  expect(await patchRecipient(web, PHONE, { attributes: { city: "Kazan", name: null } })).toMatchObject({
    ...whole,
    attributes: { city: "Kazan" },
    optedOutAt: expect.any(Date),
  });
  expect(await patchRecipient(web, PHONE, { tags: ["News"], timezone: null })).toMatchObject({
    operator: "other",
    tags: ["News"],
    timezone: null,
    attributes: { city: "Kazan" },
  });
  expect(await patchRecipient(web, PHONE, { operator: null, attributes: null })).toMatchObject({
    operator: "any",
    attributes: {},
  });
  await expect(patchRecipient(web, PHONE, { tags: ["none"] })).rejects.toBeInstanceOf(ValidationError);
  const many = (prefix: string) =>
    Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`${prefix}${index}`, "x"]));
  await patchRecipient(web, PHONE, { attributes: many("a") });
  await expect(patchRecipient(web, PHONE, { attributes: many("b") })).rejects.toBeInstanceOf(ValidationError);
  const entries = await world.sql`select action from audit_log where subject_id = ${PHONE} order by no`;
  expect(entries.map(({ action }) => action)).toEqual(
    ["created", "opted_out", "updated", "updated", "updated", "updated"].map((verb) => `recipient.${verb}`),
  );
});

test("A recipient's history has one message of each dispatch they were in, the newest first, by pages", async () => {
  await putRecipient(web, PHONE, {});
  await putRecipient(web, "+79001234568", {});
  for (const text of ["one", "two"]) await run(text);
  await setOptOut(web, PHONE, true);
  await run("not to them");
  await setOptOut(web, PHONE, false);
  const last = await run("three");
  await world.addDispatch({ text: "not opened", startInMs: 60_000 });
  const first = await listPersonMessages(web, PHONE, { limit: 2 });
  expect(first.items.map(({ text, status }) => [text, status])).toEqual([
    ["three", "sent"],
    ["two", "sent"],
  ]);
  expect(first.items[0]).toMatchObject({ dispatchId: last.id, operator: "any", attempts: 1, isTest: false });
  const rest = await listPersonMessages(web, PHONE, { limit: 2, cursor: first.nextCursor! });
  expect([rest.items.map(({ text }) => text), rest.nextCursor]).toEqual([["one"], null]);
  await expect(listPersonMessages(web, "+79990000000", { limit: 2 })).rejects.toBeInstanceOf(NotFoundError);
});

test("All data of one number are told, and nothing of anybody else's; that they were is noted", async () => {
  async function* file() {
    yield Buffer.from(`phone,tags,city\n${PHONE},VIP,Kazan\n+79001234568,,Ufa\n`);
  }
  const query = { ...importStartQuerySchema.parse({}), file_name: "people.csv" };
  await awaitImport(web, (await startImport(web, file(), query, "RU")).id);
  const dispatch = await run("hello");
  for (const from of [PHONE, "+79001234568"])
    await takeInbound(web, "test", [{ id: from, from, to: "1000", text: "STOP", at: null }]);
  await patchRecipient(web, "+79001234568", { attributes: { name: "Boris" } });
  const data = presentPersonData(await readPersonData(web, PHONE));
  expect(data).toMatchObject({
    phone: PHONE,
    recipient: { operator: "any", tags: ["VIP"], attributes: { city: "Kazan" } },
    suppressions: [{ phone: PHONE, reason: "replied_stop" }],
    messages: [{ dispatch_id: dispatch.id, text: "hello", status: "sent" }],
    replies: [{ from: PHONE, text: "STOP", keyword: "stop" }],
    imports: [{ file_name: "people.csv", line: 2, outcome: "created" }],
    audit: [{ action: "recipient.opted_out", subject_id: PHONE }],
    truncated: false,
  });
  expect(JSON.stringify(data)).not.toMatch(/1234568|Boris|Ufa/);
  const again = await readPersonData(web, PHONE);
  expect(again.audit[0]).toMatchObject({ action: "recipient.data_exported", subjectId: PHONE });
  await expect(readPersonData(web, "+79990000000")).rejects.toBeInstanceOf(NotFoundError);
});
