import { createHmac } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { expectCountersExact } from "@/test/support/sending-oracle";
import { type DispatchRef, World } from "@/test/support/world";

const authToken = "the token of the account";
const secrets = { default: "sixteen characters", abroad: "another sixteen characters" };
let world: World;
let folder: string;
let file: string;
let post: typeof import("./route").POST;

beforeAll(async () => {
  world = await World.open();
  folder = await mkdtemp(join(tmpdir(), "carillon-gateways-"));
  file = join(folder, "gateways.json");
  const http = { kind: "http", url: "https://sms.example" };
  const gateways = {
    default: { ...http, receipts_secret: secrets.default },
    abroad: { ...http, receipts_secret: secrets.abroad },
    twilio: {
      kind: "twilio",
      account_sid: `AC${"0".repeat(32)}`,
      auth_token: "$TOKEN",
      sender: "+15550001111",
    },
    "try-out": { kind: "sandbox" },
  };
  await writeFile(file, JSON.stringify(gateways));
  for (const [name, value] of Object.entries({
    DATABASE_URL: world.url,
    TOKEN: authToken,
    PUBLIC_URL: "https://carillon.example",
  }))
    vi.stubEnv(name, value);
});
beforeEach(() => startWith({ GATEWAYS_FILE: file, AUTH: "open" }));
afterEach(() => expectCountersExact(world.sql));
afterAll(async () => {
  vi.unstubAllEnvs();
  // Another file in this process has a database of its own.
  const shared = globalThis as { carillonContext?: { db: { close(): Promise<void> } } };
  await shared.carillonContext?.db.close();
  delete shared.carillonContext;
  await world.close();
  await rm(folder, { recursive: true });
});

/**
 * From here on the route is that of a process that was started with these settings besides those it
 * has.
 */
async function startWith(settings: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  vi.resetModules();
  ({ POST: post } = await import("./route"));
}

/** Messages of a dispatch that an operator's gateway has taken. */
async function sentBy(
  gateway: string,
  count: number,
): Promise<{ dispatch: DispatchRef; operator: number; ids: string[] }> {
  const operator = await world.addOperator(null);
  await world.sql`update operators set gateway = ${gateway} where no = ${operator}`;
  await world.addRecipients(operator, count);
  const dispatch = await world.addDispatch({ operatorNo: operator });
  await world.run(world.process(), dispatch);
  const ids = world.gateway.log.filter(({ dispatchNo }) => dispatchNo === dispatch.no).map(({ id }) => id);
  return { dispatch, operator, ids };
}

interface Receipt {
  id: string;
  status: string;
}
const delivered = (ids: string[]): Receipt[] => ids.map((id) => ({ id, status: "delivered" }));
const sign = (body: string, secret: string) =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

/** What is answered to receipts in JSON. `secret`: they are signed with it. */
async function postReceipts(
  gateway: string,
  receipts: Receipt[],
  { secret, signature }: { secret?: string; signature?: string } = {},
): Promise<{ status: number; changed: number | undefined }> {
  const body = JSON.stringify(receipts);
  const signed = signature ?? (secret && sign(body, secret));
  const request = new Request(`http://127.0.0.1:3000/api/v1/receipts/${gateway}/`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(signed && { "x-signature": signed }) },
    body,
  });
  const response = await post(request, { params: Promise.resolve({ gateway }) });
  const { changed } = (await response.json()) as { changed?: number };
  return { status: response.status, changed };
}

/** A status callback as Twilio posts it. */
async function report(
  id: string,
  fields: Record<string, string>,
  { token = authToken, gateway = "twilio" } = {},
): Promise<number> {
  const form = new URLSearchParams({ AccountSid: "AC0", MessageSid: "SM1", ...fields });
  const sorted = [...form].sort(([a], [b]) => (a < b ? -1 : 1));
  const url = `https://carillon.example/api/v1/receipts/${gateway}/?id=${id}`;
  const signature = createHmac("sha1", token)
    .update(url + sorted.flat().join(""))
    .digest("base64");
  // Behind a proxy the request has another address than Twilio knows.
  const request = new Request(`http://127.0.0.1:3000/api/v1/receipts/${gateway}/?id=${id}`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature },
    body: form.toString(),
  });
  return (await post(request, { params: Promise.resolve({ gateway }) })).status;
}

test("Reports of Twilio settle their message, forged ones and those of other gateways do not", async () => {
  const { dispatch, ids } = await sentBy("twilio", 3);
  expect(await report(ids[0]!, { MessageStatus: "sent" })).toBe(200);
  expect(await world.tally(dispatch)).toEqual({ sent: 3 });
  expect(await report(ids[0]!, { MessageStatus: "delivered" }, { token: "another" })).toBe(401);
  expect(await report(ids[0]!, { MessageStatus: "delivered" }, { gateway: "nowhere" })).toBe(404);
  // The other gateway has reports of another shape, signed in another way.
  expect(await report(ids[0]!, { MessageStatus: "delivered" }, { gateway: "default" })).toBe(415);
  expect(await world.tally(dispatch)).toEqual({ sent: 3 });
  expect(await report(ids[0]!, { MessageStatus: "delivered" })).toBe(200);
  expect(await report(ids[1]!, { MessageStatus: "undelivered", ErrorCode: "30003" })).toBe(200);
  expect(await report("none", { MessageStatus: "delivered" })).toBe(400);
  expect(await world.tally(dispatch)).toEqual({ delivered: 1, sent: 1, undelivered: 1 });
});

test("Receipts that are unsigned, wrongly signed or signed for another body are refused and change no row", async () => {
  const { ids } = await sentBy("default", 2);
  const receipts = delivered(ids);
  const before = await world.snapshot();
  const forged = [
    {},
    { signature: "sha256=" },
    { secret: secrets.abroad },
    { signature: sign(JSON.stringify(delivered([ids[0]!])), secrets.default) },
    { signature: sign(JSON.stringify(receipts), secrets.default).replace("sha256=", "") },
  ];
  for (const options of forged)
    expect(await postReceipts("default", receipts, options)).toEqual({ status: 401, changed: undefined });
  expect(await world.snapshot()).toEqual(before);
  expect(await postReceipts("default", receipts, { secret: secrets.default })).toEqual({
    status: 200,
    changed: 2,
  });
});

test("A thousand receipts are in the rows when they are answered, and of two that contradict each other the first counts", async () => {
  const { dispatch, ids } = await sentBy("default", 500);
  const [yes, no] = ["delivered", "undelivered"] as const;
  const first = ids.map((id, i) => ({ id, status: i % 2 ? yes : no })).reverse();
  const contradicting = ids.map((id, i) => ({ id, status: i % 2 ? no : yes }));
  const receipts = [...first, ...contradicting];
  expect(receipts).toHaveLength(1_000);
  expect(await postReceipts("default", receipts, { secret: secrets.default })).toEqual({
    status: 200,
    changed: 500,
  });
  // On a connection that the route does not have.
  const rows = await world.sql<
    Receipt[]
  >`select id::text, status from messages where id >> 32 = ${dispatch.no} order by id desc`;
  expect([...rows]).toEqual(first.toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1)));
  // One after the other it would have been the same.
  expect(await postReceipts("default", contradicting, { secret: secrets.default })).toEqual({
    status: 200,
    changed: 0,
  });
});

test("Receipts of another gateway, a sandbox's among them, change nothing, and what else they report counts", async () => {
  const [mine, theirs] = [await sentBy("default", 3), await sentBy("abroad", 3)];
  const before = await world.snapshot();
  expect(await postReceipts("try-out", delivered(mine.ids))).toEqual({ status: 200, changed: 0 });
  expect(await postReceipts("abroad", delivered(mine.ids), { secret: secrets.abroad })).toEqual({
    status: 200,
    changed: 0,
  });
  expect(await report(mine.ids[0]!, { MessageStatus: "delivered" })).toBe(200);
  expect(await world.snapshot()).toEqual(before);
  const both = delivered([...mine.ids, ...theirs.ids]);
  expect(await postReceipts("abroad", both, { secret: secrets.abroad })).toEqual({ status: 200, changed: 3 });
  expect(await world.tally(mine.dispatch)).toEqual({ sent: 3 });
  expect(await world.tally(theirs.dispatch)).toEqual({ delivered: 3 });
});

test("An operator's new gateway reports what it was given, the one before it what is outstanding", async () => {
  const { dispatch, operator, ids } = await sentBy("default", 4);
  await world.sql`update operators set gateway = 'abroad' where no = ${operator}`;
  expect(await postReceipts("abroad", delivered(ids), { secret: secrets.abroad })).toEqual({
    status: 200,
    changed: 0,
  });
  expect(await postReceipts("default", delivered(ids.slice(2)), { secret: secrets.default })).toEqual({
    status: 200,
    changed: 2,
  });
  // Claimed before chunks remembered their gateway: there is only the operator's.
  await world.sql`update chunks set gateway = null where lane_no in (select no from lanes where dispatch_no = ${dispatch.no})`;
  expect(await postReceipts("default", delivered(ids), { secret: secrets.default })).toEqual({
    status: 200,
    changed: 0,
  });
  expect(await postReceipts("abroad", delivered(ids), { secret: secrets.abroad })).toEqual({
    status: 200,
    changed: 2,
  });
});

test("A message that was refused and tried again elsewhere is reported by whoever took it", async () => {
  world.gateway.respond = async (_, nth) => {
    if (nth === 2) return { kind: "accepted" };
    await world.sql`update operators set gateway = 'abroad'`;
    return { kind: "deferred", code: "busy" };
  };
  const { dispatch, ids: tries } = await sentBy("default", 2);
  world.gateway.respond = () => ({ kind: "accepted" });
  expect(tries).toHaveLength(4);
  expect(await world.tally(dispatch)).toEqual({ sent: 2 });
  const ids = [...new Set(tries)];
  await world.sql`update operators set gateway = 'default'`;
  expect(await postReceipts("default", delivered(ids), { secret: secrets.default })).toEqual({
    status: 200,
    changed: 0,
  });
  expect(await postReceipts("abroad", delivered(ids), { secret: secrets.abroad })).toEqual({
    status: 200,
    changed: 2,
  });
});

test("Unknown ids, and what can be no id, do no harm to the others", async () => {
  const { dispatch, ids } = await sentBy("default", 2);
  const secret = secrets.default;
  for (const id of ["9223372036854775808", "99999999999999999999", "-1", "1e3", ""])
    expect(await postReceipts("default", delivered([id]), { secret }), id).toEqual({
      status: 200,
      changed: 0,
    });
  expect(await world.tally(dispatch)).toEqual({ sent: 2 });
  const unknown = ["0", "1", "9223372036854775807", `${ids[0]!}7`];
  expect(await postReceipts("default", delivered([...unknown, ids[0]!]), { secret })).toEqual({
    status: 200,
    changed: 1,
  });
  expect(await postReceipts("default", [], { secret })).toEqual({ status: 200, changed: 0 });
  expect(await world.tally(dispatch)).toEqual({ delivered: 1, sent: 1 });
});

test("Where others reach Carillon, a sandbox takes no receipts from outside", async () => {
  const { ids } = await sentBy("try-out", 1);
  const before = await world.snapshot();
  for (const AUTH of ["required", "open-anywhere"]) {
    await startWith({ AUTH });
    expect(await postReceipts("try-out", delivered(ids)), AUTH).toEqual({ status: 401, changed: undefined });
    const signature = sign(JSON.stringify(delivered(ids)), "");
    expect(await postReceipts("try-out", delivered(ids), { signature }), AUTH).toEqual({
      status: 401,
      changed: undefined,
    });
    expect(await world.snapshot()).toEqual(before);
    expect(await postReceipts("default", [], { secret: secrets.default })).toEqual({
      status: 200,
      changed: 0,
    });
  }
  await startWith({ AUTH: "open" });
  expect(await postReceipts("try-out", delivered(ids))).toEqual({ status: 200, changed: 1 });
});

test("Without a file there is one gateway, whatever operators call it", async () => {
  const { ids } = await sentBy("no one else's", 2);
  const SMS_GATEWAY_RECEIPTS_SECRET = secrets.default;
  await startWith({
    GATEWAYS_FILE: "",
    SMS_GATEWAY: "http",
    SMS_GATEWAY_URL: "https://sms.example",
    SMS_GATEWAY_RECEIPTS_SECRET,
  });
  expect(await postReceipts("http", delivered(ids))).toEqual({ status: 401, changed: undefined });
  expect(await postReceipts("http", delivered(ids), { secret: secrets.default })).toEqual({
    status: 200,
    changed: 2,
  });
});

/** What is answered to a body as it is written. */
async function postText(body: string): Promise<{ status: number; answer: unknown }> {
  const request = new Request("http://127.0.0.1:3000/api/v1/receipts/default/", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "accept-language": "en",
      "x-signature": sign(body, secrets.default),
    },
    body,
  });
  const response = await post(request, { params: Promise.resolve({ gateway: "default" }) });
  return { status: response.status, answer: await response.json() };
}

test("One odd report costs no other: the good ones are in the rows, the odd ones are told by their place", async () => {
  const { dispatch, ids } = await sentBy("default", 6);
  const odd: [item: string, pointer: string, code: string][] = [
    [`{"id": "${ids[0]}", "status": "expired"}`, "/status", "receipt_status"],
    [`{"status": "delivered"}`, "/id", "required"],
    [`{"id": ${ids[0]}.5, "status": "delivered"}`, "/id", "message_id_number"],
    [`{"id": 1e30, "status": "delivered"}`, "/id", "message_id_number"],
    [`{"id": 99999999999999999999, "status": "delivered"}`, "/id", "message_id"],
    [`{"id": {"a": 1}, "status": "delivered"}`, "/id", "message_id"],
    ["null", "", "object"],
    ["[]", "", "object"],
  ];
  const good = [
    `{"id": ${ids[1]}, "status": "delivered"}`,
    `{"id": "${ids[2]}", "status": "delivered", "operator": "t2", "segments": 1, "at": "yesterday"}`,
    `{"id": "${ids[3]}", "status": "undelivered", "error": 17}`,
    `{"id": "${ids[4]}", "status": "undelivered", "error": ${JSON.stringify(`${"x".repeat(300)}\0`)}}`,
    `{"id": "${ids[5]}", "status": "delivered", "error": {"text": "\\"1\\": 1234567890123456789"}}`,
  ];
  const { status, answer } = await postText(`[${[...odd.map(([item]) => item), ...good].join(", ")}]`);
  expect(status).toBe(200);
  expect(answer).toMatchObject({
    changed: 5,
    rejected: odd.map(([, pointer, code], index) => ({
      index,
      pointer: `/${index}${pointer}`,
      code,
      detail: expect.stringMatching(/.{5}/),
    })),
  });
  expect(await world.tally(dispatch)).toEqual({ delivered: 3, sent: 1, undelivered: 2 });
  const errors = await world.sql<{ error: string }[]>`
    select error from messages where id >> 32 = ${dispatch.no} and status = 'undelivered' order by id`;
  expect(errors.map(({ error }) => error)).toEqual(["17", "x".repeat(200)]);
});

test("An id that JavaScript cannot hold as a number is read to its last digit", async () => {
  await world.sql`alter table dispatches alter column no restart with 3000000`;
  const { dispatch, ids } = await sentBy("default", 4);
  // Rounded it would be that of a neighbour.
  const odd = ids.filter((id) => String(Number(id)) !== id);
  expect(odd.length).toBeGreaterThan(0);
  const body = `[${odd.map((id) => `{"id": ${id}, "status": "delivered"}`).join()}]`;
  expect((await postText(body)).answer).toEqual({ changed: odd.length, rejected: [] });
  const rows = await world.sql<
    { id: string }[]
  >`select id::text from messages where id >> 32 = ${dispatch.no} and status = 'delivered' order by id`;
  expect(rows.map(({ id }) => id)).toEqual(odd.toSorted());
});
