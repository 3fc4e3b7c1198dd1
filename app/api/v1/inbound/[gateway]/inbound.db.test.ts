import { createHmac } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { suppress } from "@/db/audience/suppressions";
import { transaction } from "@/db/client";
import { World } from "@/test/support/world";

const authToken = "the token of the account";
const secret = "sixteen characters";
let world: World;
let folder: string;
let post: typeof import("./route").POST;

beforeAll(async () => {
  world = await World.open();
  folder = await mkdtemp(join(tmpdir(), "carillon-gateways-"));
  const file = join(folder, "gateways.json");
  const gateways = {
    default: { kind: "http", url: "https://sms.example", receipts_secret: secret },
    twilio: {
      kind: "twilio",
      account_sid: `AC${"0".repeat(32)}`,
      auth_token: "$TOKEN",
      sender: "+15550001111",
    },
    "try-out": { kind: "sandbox" },
  };
  await writeFile(file, JSON.stringify(gateways));
  const settings = {
    DATABASE_URL: world.url,
    TOKEN: authToken,
    PUBLIC_URL: "https://carillon.example",
    GATEWAYS_FILE: file,
    AUTH: "open",
  };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  await world.sql`insert into webhooks (id, url, events, secret, created_by)
    values (gen_random_uuid(), 'https://example.com/', '{message.received,recipient.opted_out}', 'whsec_x', 'test')`;
});
beforeEach(async () => {
  vi.resetModules();
  ({ POST: post } = await import("./route"));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  // Another file in this process has a database of its own.
  const shared = globalThis as { carillonContext?: { db: { close(): Promise<void> } } };
  await shared.carillonContext?.db.close();
  delete shared.carillonContext;
  await world.close();
  await rm(folder, { recursive: true });
});

const sign = (body: string, key: string) => `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;

async function tell(
  messages: object[] | string,
  { gateway = "default", key = secret as string | null } = {},
) {
  const body = typeof messages === "string" ? messages : JSON.stringify(messages);
  const request = new Request(`http://127.0.0.1:3000/api/v1/inbound/${gateway}/`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(key && { "x-signature": sign(body, key) }) },
    body,
  });
  const response = await post(request, { params: Promise.resolve({ gateway }) });
  return {
    status: response.status,
    ...((await response.json()) as { received: number; rejected: { index: number; pointer: string }[] }),
  };
}

async function tellByTwilio(fields: Record<string, string>, token = authToken): Promise<Response> {
  const form = new URLSearchParams(fields);
  const sorted = [...form].sort(([a], [b]) => (a < b ? -1 : 1));
  const url = "https://carillon.example/api/v1/inbound/twilio/";
  const request = new Request("http://127.0.0.1:3000/api/v1/inbound/twilio/", {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": createHmac("sha1", token)
        .update(url + sorted.flat().join(""))
        .digest("base64"),
    },
    body: form.toString(),
  });
  return post(request, { params: Promise.resolve({ gateway: "twilio" }) });
}

let phones = 0;
const newPhone = () => `+7912${String(++phones).padStart(7, "0")}`;
const reasonsOf = async (phone: string) =>
  (
    await world.sql<
      { reason: string }[]
    >`select reason from suppressions where phone = ${phone.slice(1)}::bigint order by no`
  ).map(({ reason }) => reason);
const rowsOf = (phone: string) =>
  world.sql`select external_id as id, keyword, body from inbound_messages where phone = ${phone} order by no`;
const toldOf = async (phone: string) =>
  (
    await world.sql<
      { payload: string }[]
    >`select payload from webhook_deliveries where payload like ${`%${phone}%`} order by no`
  ).map(({ payload }) => JSON.parse(payload) as { type: string; data: Record<string, unknown> });

test("STOP opts whoever wrote it out, once: with its audit entry and what webhooks are told; a repeat changes nothing", async () => {
  const phone = newPhone();
  const message = {
    id: "in-1",
    from: phone.slice(1),
    to: "1234",
    text: "Стоп!",
    at: "2026-01-05T10:00:00+03:00",
  };
  expect(await tell([message, { ...message, text: "другой" }])).toEqual({
    status: 200,
    received: 1,
    rejected: [],
  });
  expect(await tell([message])).toMatchObject({ status: 200, received: 0 });
  expect(await rowsOf(phone)).toEqual([{ id: "in-1", keyword: "stop", body: "Стоп!" }]);
  expect(await reasonsOf(phone)).toEqual(["replied_stop"]);
  const [row] = await world.sql<{ id: string }[]>`select id from inbound_messages where phone = ${phone}`;
  const audit =
    await world.sql`select actor, action, after->>'source' as source from audit_log where subject_id = ${phone}`;
  expect(audit).toEqual([
    { actor: "gateway default", action: "recipient.opted_out", source: `inbound ${row!.id}` },
  ]);
  const [received, out] = await toldOf(phone);
  expect(received).toMatchObject({
    type: "message.received",
    data: {
      id: row!.id,
      gateway: "default",
      from: phone,
      to: "1234",
      text: "Стоп!",
      at: "2026-01-05T07:00:00.000Z",
      keyword: "stop",
    },
  });
  expect(out).toMatchObject({ type: "recipient.opted_out", data: { phone, reason: "replied_stop" } });
  expect(await toldOf(phone)).toHaveLength(2);
});

test("START takes back what STOP did and nothing else, and one that was written before the STOP takes back nothing", async () => {
  const [phone, asked] = [newPhone(), newPhone()];
  await transaction(world.sql, (tx) => suppress(tx, [asked], "asked", "test"));
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 10, minute)).toISOString();
  const of = (id: string, from: string, text: string, minute: number) => ({ id, from, text, at: at(minute) });
  await tell([of("s1", phone, "STOP", 5), of("s2", asked, "STOP", 5)]);
  await tell([of("s3", phone, "start", 1)]);
  expect(await reasonsOf(phone)).toEqual(["replied_stop"]);
  await tell([of("s4", phone, "start", 9), of("s5", asked, "СТАРТ", 9)]);
  expect(await reasonsOf(phone)).toEqual([]);
  expect(await reasonsOf(asked)).toEqual(["asked"]);
  expect(
    await world.sql`select opted_out_at is not null as out from recipients where phone in (${phone}, ${asked}) order by phone`,
  ).toEqual([{ out: false }, { out: true }]);
});

test("What cannot be read is told by its place, and the good ones count; ids are exact", async () => {
  const [one, two] = [newPhone(), newPhone()];
  const told = await tell(
    `[{"id": 12345678901234567890, "from": "${one}", "text": "hi\\u0000"}, {"from": "${one}", "text": "x"}, {"id": "b", "from": "INFO", "text": "x"},
      {"id": "c", "from": "${one}"}, 5, {"id": "d", "from": "${two}", "text": "STOP", "at": "yesterday", "to": 7}]`,
  );
  expect(told).toMatchObject({ status: 200, received: 2 });
  expect(told.rejected.map(({ pointer }) => pointer)).toEqual(["/1/id", "/2/from", "/3/text", "/4"]);
  expect(await rowsOf(one)).toEqual([{ id: "12345678901234567890", keyword: null, body: "hi" }]);
  expect(await reasonsOf(two)).toEqual(["replied_stop"]);
});

test("No STOP is lost for its id: one that is missing, wrong or another message's; from may be a number", async () => {
  const [number, bare, long, half, taken, again] = Array.from({ length: 6 }, newPhone);
  await tell([
    { id: "taken", from: newPhone(), text: "hi" },
    { id: "again", from: again, text: "hi" },
  ]);
  const told = await tell([
    { id: "as-number", from: Number(number!.slice(1)), text: "STOP" },
    { from: bare, text: "STOP" },
    { id: "x".repeat(201), from: long, text: "STOP" },
    { id: 1.5, from: half, text: "STOP" },
    { id: "taken", from: taken, text: "STOP" },
    { id: "again", from: again, text: "STOP" },
    { from: "INFO", text: "STOP" },
    { from: Number(number!.slice(1)), text: "START" },
  ]);
  expect(told).toMatchObject({ status: 200, received: 1 });
  const pointers = told.rejected.map(({ pointer }) => pointer);
  expect(pointers).toEqual(["/1/id", "/2/id", "/3/id", "/6/id", "/7/id"]);
  for (const phone of [number, bare, long, half, taken, again])
    expect(await reasonsOf(phone!)).toEqual(["replied_stop"]);
  expect(await tell([{ from: bare, text: "STOP" }])).toMatchObject({ received: 0 });
});

test("A STOP that is told again after its writer came back does not opt them out again", async () => {
  const phone = newPhone();
  const stop = { id: "back-1", from: phone, text: "STOP" };
  await tell([stop, stop]);
  await tell([{ id: "back-2", from: phone, text: "START" }]);
  expect(await tell([stop])).toMatchObject({ received: 0, rejected: [] });
  expect(await reasonsOf(phone)).toEqual([]);
});

test("A number without its plus is the one that has texts: not the land line that it would be in Russia", async () => {
  await tell([{ id: "hanoi", from: "84912345678", text: "STOP" }]);
  expect(await reasonsOf("+84912345678")).toEqual(["replied_stop"]);
  expect(await reasonsOf("+74912345678")).toEqual([]);
});

test("Nothing is taken that is not signed by the gateway's secret, nor for a gateway that is not there", async () => {
  const phone = newPhone();
  const messages = [{ id: "forged", from: phone, text: "STOP" }];
  expect((await tell(messages, { key: null })).status).toBe(401);
  expect((await tell(messages, { key: "another sixteen characters" })).status).toBe(401);
  expect((await tell(messages, { gateway: "nowhere" })).status).toBe(404);
  expect((await tell(Array(1_001).fill(messages[0]))).status).toBe(400);
  expect(await rowsOf(phone)).toEqual([]);
});

test("Twilio's form opts out and is answered with an empty TwiML; a forged one is refused", async () => {
  const phone = newPhone();
  const fields = { MessageSid: "SM1", From: phone, To: "+15550001111", Body: "Stop" };
  expect((await tellByTwilio(fields, "another token of it")).status).toBe(401);
  expect(await rowsOf(phone)).toEqual([]);
  for (let i = 0; i < 2; i++) {
    const response = await tellByTwilio(fields);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/xml; charset=utf-8"]);
    expect(await response.text()).toMatch(/<Response\/>$/);
  }
  expect(await rowsOf(phone)).toEqual([{ id: "SM1", keyword: "stop", body: "Stop" }]);
  expect(await reasonsOf(phone)).toEqual(["replied_stop"]);
});

test("The same messages in many calls at once are one row each, and everybody who wrote STOP is out", async () => {
  const many = Array.from({ length: 20 }, newPhone);
  const messages = many.map((from, i) => ({ id: `many-${i}`, from, text: i % 2 ? "STOP" : "спасибо" }));
  const calls = await Promise.all(
    Array.from({ length: 8 }, (_, i) => tell(i % 2 ? messages : messages.toReversed())),
  );
  expect(calls.reduce((sum, { received }) => sum + received, 0)).toBe(20);
  const [rows] =
    await world.sql`select count(*)::int as n from inbound_messages where external_id like 'many-%'`;
  expect(rows).toEqual({ n: 20 });
  for (const [i, phone] of many.entries())
    expect(await reasonsOf(phone)).toEqual(i % 2 ? ["replied_stop"] : []);
});
