import { createHmac } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { World } from "./sending";

const authToken = "the token of the account";
let world: World;
let folder: string;
let post: typeof import("../app/api/v1/receipts/[gateway]/route").POST;

beforeAll(async () => {
  world = await World.open();
  folder = await mkdtemp(join(tmpdir(), "carillon-gateways-"));
  const file = join(folder, "gateways.json");
  const twilio = { kind: "twilio", account_sid: `AC${"0".repeat(32)}`, auth_token: "$TOKEN", sender: "+15550001111" };
  const http = { kind: "http", url: "https://sms.example", receipts_secret: "sixteen characters" };
  await writeFile(file, JSON.stringify({ default: http, twilio }));
  for (const [name, value] of Object.entries({
    DATABASE_URL: world.url,
    GATEWAYS_FILE: file,
    TOKEN: authToken,
    PUBLIC_URL: "https://carillon.example",
  }))
    vi.stubEnv(name, value);
  ({ POST: post } = await import("../app/api/v1/receipts/[gateway]/route"));
});
afterEach(() => {
  world.gateway.respond = () => ({ kind: "accepted" });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await (globalThis as { carillonContext?: { db: { close(): Promise<void> } } }).carillonContext?.db.close();
  await world.close();
  await rm(folder, { recursive: true });
});

/** A status callback as Twilio posts it. */
async function report(id: string, fields: Record<string, string>, { token = authToken, gateway = "twilio" } = {}): Promise<number> {
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
  const operator = await world.addOperator(null);
  await world.addRecipients(operator, 3);
  const dispatch = await world.addDispatch();
  await world.run(world.process(), dispatch);
  const ids = world.gateway.log.map(({ id }) => id);
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
