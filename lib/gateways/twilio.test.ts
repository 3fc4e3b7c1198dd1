import { createHmac } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { handOver } from "@/test/support/hand-over";
import { serveHttp } from "@/test/support/http-server";
import { isTwilios, receiptOfTwilio, twilioGateway } from "./twilio";

const accountSid = `AC${"1".repeat(32)}`;

/** A gateway before a server that speaks as Twilio does. */
async function gatewayBefore(
  answer: (request: IncomingMessage, response: ServerResponse, form: URLSearchParams) => void,
  sender = "+15550001111",
) {
  const port = await serveHttp((request, response, body) =>
    answer(request, response, new URLSearchParams(body)),
  );
  const gateway = twilioGateway({
    name: "twilio",
    url: `http://127.0.0.1:${port}`,
    accountSid,
    authToken: "token of the account",
    sender,
    callbackUrl: "https://carillon.example/api/v1/receipts/twilio/",
    connectionsMax: 1,
    timeoutMs: 2_000,
  });
  onTestFinished(() => gateway.close());
  return gateway;
}

const message = {
  id: "9223372036854775807",
  phone: "+14155552671",
  text: "Привет & co = 100 %",
  validUntilMs: 0,
  validForMs: 61_999,
};
const refuse = (response: ServerResponse, status: number, code: number | null, headers = {}) =>
  response
    .writeHead(status, { "content-type": "application/json", ...headers })
    .end(JSON.stringify({ code, message: "no", more_info: "", status }));

test("A message is a form to the account's address, with the sender and where its reports are to come", async () => {
  const seen: unknown[] = [];
  const gateway = await gatewayBefore((request, response, form) => {
    seen.push(
      request.method,
      request.url,
      request.headers["content-type"],
      request.headers.authorization,
      Object.fromEntries(form),
    );
    response.writeHead(201).end('{"sid":"SM1","status":"queued"}');
  });
  expect(await handOver(gateway, message)).toEqual({ kind: "accepted" });
  expect(seen).toEqual([
    "POST",
    `/2010-04-01/Accounts/${accountSid}/Messages.json`,
    "application/x-www-form-urlencoded",
    `Basic ${Buffer.from(`${accountSid}:token of the account`).toString("base64")}`,
    {
      To: "+14155552671",
      From: "+15550001111",
      Body: "Привет & co = 100 %",
      StatusCallback: "https://carillon.example/api/v1/receipts/twilio/?id=9223372036854775807",
      ValidityPeriod: "61",
    },
  ]);
});

test("A messaging service is named as one", async () => {
  const serviceSid = `MG${"0aF1".repeat(8)}`;
  const gateway = await gatewayBefore((_, response, form) => {
    response.writeHead(form.get("MessagingServiceSid") === serviceSid && !form.has("From") ? 201 : 400).end();
  }, serviceSid);
  expect(await handOver(gateway, message)).toEqual({ kind: "accepted" });
});

test("A message is from its own sender, each as what it is", async () => {
  const serviceSid = `MG${"0aF1".repeat(8)}`;
  const seen: unknown[] = [];
  const gateway = await gatewayBefore((_, response, form) => {
    seen.push([form.get("From"), form.get("MessagingServiceSid")]);
    response.writeHead(201).end();
  });
  for (const sender of ["Shop", serviceSid, null]) await handOver(gateway, { ...message, sender });
  expect(seen).toEqual([
    ["Shop", null],
    [null, serviceSid],
    ["+15550001111", null],
  ]);
});

test.each([
  [0, "1"],
  [999, "1"],
  [36_000_999, "36000"],
  [90_000_000, "36000"],
])("Of %i ms left Twilio is told what its bounds allow", async (validForMs, period) => {
  const gateway = await gatewayBefore((_, response, form) => {
    response.writeHead(form.get("ValidityPeriod") === period ? 201 : 400).end();
  });
  expect(await handOver(gateway, { ...message, validForMs })).toEqual({ kind: "accepted" });
});

test.each([
  [400, 21211, { kind: "rejected", code: "twilio_21211" }],
  [400, 21610, { kind: "rejected", code: "twilio_21610" }],
  [400, 21606, { kind: "misconfigured", code: "twilio_21606" }],
  [400, 21611, { kind: "deferred", code: "twilio_21611" }],
  [401, 20003, { kind: "misconfigured", code: "twilio_20003" }],
  [404, 20404, { kind: "misconfigured", code: "twilio_20404" }],
  [429, 20429, { kind: "deferred", code: "twilio_20429", retryAfterMs: 3_000 }],
  [503, 20503, { kind: "deferred", code: "twilio_20503", retryAfterMs: 3_000 }],
  [400, null, { kind: "rejected", code: "http_400" }],
  [500, 20500, { kind: "unknown", code: "http_500" }],
])("%i with code %s is an outcome", async (status, code, outcome) => {
  const gateway = await gatewayBefore((_, response) =>
    refuse(response, status, code, status === 429 || status === 503 ? { "retry-after": "3" } : {}),
  );
  expect(await handOver(gateway, message)).toEqual(outcome);
});

test("A lost answer leaves it unknown, and a repeat would be a second message", async () => {
  const gateway = await gatewayBefore((request) => request.socket.destroy());
  expect(gateway.idempotent).toBe(false);
  expect(await handOver(gateway, message)).toEqual({ kind: "unknown", code: "connection_lost" });
});

test("A report says delivered or not, and nothing while it is under way", () => {
  const of = (fields: Record<string, string>) => receiptOfTwilio("7", new URLSearchParams(fields));
  expect(of({ MessageStatus: "delivered" })).toEqual({ id: "7", status: "delivered", error: null });
  expect(of({ MessageStatus: "undelivered", ErrorCode: "30003" })).toEqual({
    id: "7",
    status: "undelivered",
    error: "twilio_30003",
  });
  expect(of({ SmsStatus: "failed", ErrorCode: "<script>" })).toEqual({
    id: "7",
    status: "undelivered",
    error: null,
  });
  for (const MessageStatus of ["queued", "sending", "sent", "accepted", ""])
    expect(of({ MessageStatus })).toBeUndefined();
});

test("A report must be signed over its address and all of its fields", () => {
  const url = "https://carillon.example/api/v1/receipts/twilio/?id=7";
  const form = new URLSearchParams({ MessageStatus: "delivered", MessageSid: "SM1", To: "+14155552671" });
  // The fields by name, each name before its value.
  const signature = createHmac("sha1", "token")
    .update(`${url}MessageSidSM1MessageStatusdeliveredTo+14155552671`)
    .digest("base64");
  expect(isTwilios(signature, url, form, "token")).toBe(true);
  expect(isTwilios(signature, `${url}8`, form, "token")).toBe(false);
  expect(
    isTwilios(
      signature,
      url,
      new URLSearchParams({ ...Object.fromEntries(form), MessageStatus: "failed" }),
      "token",
    ),
  ).toBe(false);
  expect(isTwilios(signature, url, form, "another")).toBe(false);
  expect(isTwilios("", url, form, "token")).toBe(false);
});

test("The signature of Twilio's own example holds", () => {
  const form = new URLSearchParams({
    CallSid: "CA1234567890ABCDE",
    Caller: "+14158675309",
    Digits: "1234",
    From: "+14158675309",
    To: "+18005551212",
  });
  expect(
    isTwilios("RSOYDt4T1cUTdK1PDd93/VVr8B8=", "https://mycompany.com/myapp.php?foo=1&bar=2", form, "12345"),
  ).toBe(true);
});

test.each(["MGM Grand", "MG", `MG${"0".repeat(31)}`, `MG${"g".repeat(32)}`, `MG${"0".repeat(33)}`])(
  "A sender that only begins like a messaging service is a name: %s",
  async (sender) => {
    const gateway = await gatewayBefore((_, response, form) => {
      response.writeHead(form.get("From") === sender && !form.has("MessagingServiceSid") ? 201 : 400).end();
    }, sender);
    expect(await handOver(gateway, message)).toEqual({ kind: "accepted" });
  },
);

test.each([
  ["https://sms.example.com:8443", ["https://sms.example.com:8443", "https://sms.example.com"]],
  ["https://sms.example.com", ["https://sms.example.com:443", "https://sms.example.com"]],
  ["http://sms.example.com", ["http://sms.example.com:80", "http://sms.example.com"]],
  ["http://[2001:db8::1]:8080", ["http://[2001:db8::1]:8080", "http://[2001:db8::1]"]],
])("A report to %s may be signed with the port and without it", (ours, theirs) => {
  const path = "/api/v1/receipts/default/?id=7";
  const form = new URLSearchParams({ MessageSid: "SM1", MessageStatus: "delivered" });
  const sign = (origin: string) =>
    createHmac("sha1", "token")
      .update(`${origin}${path}MessageSidSM1MessageStatusdelivered`)
      .digest("base64");
  for (const origin of theirs)
    expect(isTwilios(sign(origin), `${ours}${path}`, form, "token"), origin).toBe(true);
  for (const origin of ["https://sms.example.com:9", "https://other.example.com", "ftp://sms.example.com"])
    expect(isTwilios(sign(origin), `${ours}${path}`, form, "token"), origin).toBe(false);
});

test.each([
  [21609, "misconfigured"],
  [21408, "misconfigured"],
  [21608, "misconfigured"],
  [21704, "misconfigured"],
  [30034, "misconfigured"],
  [20003, "misconfigured"],
  [30001, "deferred"],
  [14107, "deferred"],
  [21614, "rejected"],
  [21610, "rejected"],
  [21999, "rejected"],
])("Twilio's %i means %s, with whatever status", async (code, kind) => {
  for (const status of [400, 403, 404]) {
    const gateway = await gatewayBefore((_, response) => refuse(response, status, code));
    // What the table does not know is judged by its status.
    if (code !== 21999 || status === 400)
      expect(await handOver(gateway, message), String(status)).toEqual({ kind, code: `twilio_${code}` });
  }
});
