import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import type { ValidationError } from "@/lib/domain/errors";
import { gatewayChoices, readSettings } from "@/lib/env";
import { type Context, systemActor } from "@/lib/services/context";
import { cloneDatabase } from "@/test/support/database";
import { createDispatch } from "./create-dispatch";
import { getDispatch } from "./get-dispatch";
import { previewDispatch } from "./preview-dispatch";
import { sendTest } from "./send-test";
import { updateDispatch } from "./update-dispatch";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let ctx: Context;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  await db.sql`
    insert into operators (id, code, name, gateway) values
      (gen_random_uuid(), 'a', 'A', 'default'), (gen_random_uuid(), 'b', 'B', 'abroad')`;
  await db.sql`
    insert into recipients (phone, operator_no) select '+79160000001', no from operators where code = 'b'`;
  ctx = contextWith({ default: ["Shop", "Club"], abroad: ["Shop", "Cafe"] });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

function contextWith(senders: Record<string, string[]>): Context {
  const all = Object.entries(senders).map(([name, senders]) => ({ name, kind: "http" as const, senders }));
  const of = (name: string) => all.find((gateway) => gateway.name === name);
  const actor = systemActor("tester");
  return { db, now: () => new Date(), actor, announce: async () => {}, gateways: { all, of } };
}

const body = (more: object = {}) => ({
  timezone: "UTC",
  start_datetime: "2035-01-21T15:00:00Z",
  end_datetime: "2035-01-21T18:00:00Z",
  message_text: "Hello",
  ...more,
});
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => "taken",
    (error: ValidationError) => error.errors,
  );

test("a dispatch is from a sender that each gateway of its operators lists; any other is refused with those there are", async () => {
  expect(await createDispatch(ctx, body({ sender: "Shop" }))).toMatchObject({ sender: "Shop" });
  expect(await createDispatch(ctx, body({ sender: "Club", filter_mobile_operator_code: "a" }))).toMatchObject(
    { sender: "Club" },
  );
  const pointer = "/sender";
  expect(await refusal(createDispatch(ctx, body({ sender: "Club" })))).toEqual([
    { pointer, code: "sender_not_everywhere", params: { value: "Club", missing: "abroad", names: "Shop" } },
  ]);
  expect(
    await refusal(createDispatch(ctx, body({ sender: "shop", filter_mobile_operator_code: "b" }))),
  ).toEqual([
    { pointer, code: "unknown_sender", params: { value: "shop", missing: "abroad", names: "Shop, Cafe" } },
  ]);
  const bare = contextWith({ default: [], abroad: [] });
  expect(await refusal(createDispatch(bare, body({ sender: "Shop" })))).toMatchObject([
    { pointer, code: "no_sender" },
  ]);
});

test("a preview and a test refuse it alike; a test goes by its own recipient's gateway", async () => {
  expect(await refusal(previewDispatch(ctx, { sender: "Club" }, {}))).toMatchObject([
    { code: "sender_not_everywhere" },
  ]);
  const phone = "+79160000001";
  expect(await refusal(sendTest(ctx, { phone, message_text: "Hi", sender: "Club" }))).toMatchObject([
    { code: "unknown_sender" },
  ]);
  expect(await sendTest(ctx, { phone, message_text: "Hi", sender: "Cafe" })).toMatchObject({
    sender: "Cafe",
  });
});

test("an edit keeps a sender that has left the settings, and chooses none such", async () => {
  const { id } = await createDispatch(ctx, body({ sender: "Shop" }));
  const later = contextWith({ default: ["Club"], abroad: ["Club"] });
  await updateDispatch(later, id, { message_text: "Changed" }, null);
  expect(await getDispatch(ctx, id)).toMatchObject({ sender: "Shop", messageText: "Changed" });
  expect(await refusal(updateDispatch(later, id, { sender: "Shop" }, null))).toMatchObject([
    { code: "unknown_sender" },
  ]);
  expect(await refusal(updateDispatch(later, id, { filter_mobile_operator_code: "a" }, null))).toMatchObject([
    { code: "unknown_sender" },
  ]);
  expect(await updateDispatch(later, id, { sender: null }, null)).toMatchObject({ sender: null });
});

test("without a file of gateways there is one, whatever an operator calls it, with the senders of its setting", () => {
  const one = gatewayChoices(readSettings({ SMS_GATEWAY_SENDERS: " Shop, Club,, Shop" }));
  expect(one.of("anything")).toEqual({ name: "default", kind: "sandbox", senders: ["Shop", "Club"] });
  expect(gatewayChoices(readSettings({})).all).toEqual([{ name: "default", kind: "sandbox", senders: [] }]);
});
