import { createServer as createTcpServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { handOver } from "@/test/support/hand-over";
import { listen, serveHttp } from "@/test/support/http-server";
import { type HttpGatewayOptions, httpGateway } from "./http";
import { outcomeOf } from "./outcome";

/**
 * With one connection: what does not give it back after a failure leaves nothing to send the next
 * message on.
 */
function gatewayAt(url: string, options: Partial<HttpGatewayOptions> = {}) {
  const gateway = httpGateway({ url, connectionsMax: 1, timeoutMs: 2_000, idempotent: false, ...options });
  onTestFinished(() => gateway.close());
  return gateway;
}

async function gatewayBefore(answer: Parameters<typeof serveHttp>[0], options?: Partial<HttpGatewayOptions>) {
  return gatewayAt(`http://127.0.0.1:${await serveHttp(answer)}/base/`, { token: "secret", ...options });
}

/** Of nobody, signed by nobody. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgw/wblmmQBaAFEY2k
EWm6q0Ysk4WAMARw9umKeEJ+z8uhRANCAASSch8lPbwZMnm2HEnZFOCEmHyE/e51
1Qd3toVWWrfX9QuhwoX4jMMKWRplrsF9edDChwPbHAk49V7F6IJCxGC7
-----END PRIVATE KEY-----`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUeBwDnmkb4fN5Ho1d2ooH+TIzj4cwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTIzMDYzMloYDzIxMjYxMTAx
MjMwNjMyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASSch8lPbwZMnm2HEnZFOCEmHyE/e511Qd3toVWWrfX9QuhwoX4jMMK
WRplrsF9edDChwPbHAk49V7F6IJCxGC7o1MwUTAdBgNVHQ4EFgQUNvMCLB8DFIXX
N19/5YEt9PPzOpwwHwYDVR0jBBgwFoAUNvMCLB8DFIXXN19/5YEt9PPzOpwwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAiZ/31dAHsi+Lkf5wDSeBr
PcpQ7rATZsVHOoggXeHfPwIhAK9kBzFZKt5908L0SkwwqoGJfVNhCbCiFg5rUw6Q
o7R/
-----END CERTIFICATE-----`;

const message = {
  id: "9223372036854775807",
  phone: "+79161234567",
  text: 'Привет, "мир"\n',
  validUntilMs: Date.UTC(2026, 10, 26, 18, 0, 59, 999),
  validForMs: 1,
};

test("The request is the wire format word for word, with an id that no JavaScript number can hold", async () => {
  const seen: unknown[] = [];
  const gateway = await gatewayBefore((request, response, body) => {
    seen.push(
      request.method,
      request.url,
      request.headers.authorization,
      request.headers["content-type"],
      body,
    );
    response.end("{}");
  });
  expect(await handOver(gateway, message)).toEqual({ kind: "accepted" });
  expect(seen).toEqual([
    "POST",
    "/base/v1/send/9223372036854775807",
    "Bearer secret",
    "application/json",
    '{"id":9223372036854775807,"phone":79161234567,"text":"Привет, \\"мир\\"\\n","valid_until":"2026-11-26T18:00:59Z"}',
  ]);
});

test("A message is from its own sender, or from the gateway's where it names none", async () => {
  const seen: unknown[] = [];
  const gateway = await gatewayBefore(
    (_, response, body) => {
      seen.push(JSON.parse(body).sender);
      response.end("{}");
    },
    { sender: "Shop" },
  );
  for (const sender of [undefined, "Club", "Club", null, 'A "b"'])
    await handOver(gateway, { ...message, ...(sender !== undefined && { sender }) });
  expect(seen).toEqual(["Shop", "Club", "Club", "Shop", 'A "b"']);
});

const answered = (status: number, retryAfter?: string) => ({ status, header: () => retryAfter });

test.each([
  [200, "accepted"],
  [202, "accepted"],
  [302, "misconfigured"],
  [400, "rejected"],
  [401, "misconfigured"],
  [403, "misconfigured"],
  [404, "misconfigured"],
  [405, "misconfigured"],
  [409, "rejected"],
  [422, "rejected"],
  [429, "deferred"],
  [500, "unknown"],
  [502, "unknown"],
  [503, "deferred"],
  [504, "unknown"],
])("An answer of %i is %s", (status, kind) => {
  expect(outcomeOf(answered(status)).kind).toBe(kind);
});

test("Retry-After is read as seconds or as a date", () => {
  expect(outcomeOf(answered(429, "7"))).toEqual({ kind: "deferred", code: "http_429", retryAfterMs: 7_000 });
  expect(outcomeOf(answered(503, "999999"))).toMatchObject({ retryAfterMs: 999_999_000 });
  expect(outcomeOf(answered(503, new Date(Date.now() - 5_000).toUTCString()))).toMatchObject({
    retryAfterMs: 0,
  });
  expect(outcomeOf(answered(503, "soon"))).toEqual({ kind: "deferred", code: "http_503" });
});

test("A connection that is refused surely took nothing; one lost after the request was written may have", async () => {
  const nowhere = gatewayAt("http://127.0.0.1:1");
  expect(await handOver(nowhere, message)).toEqual({ kind: "deferred", code: "unreachable" });
  const hangsUp = await gatewayBefore((request) => request.socket.destroy());
  expect(await handOver(hangsUp, message)).toEqual({ kind: "unknown", code: "connection_lost" });
});

test("A message counts as gone when it is written, not while its connection is being opened; one that never was is not said to be", async () => {
  const order: string[] = [];
  const gateway = await gatewayBefore((_, response) => {
    order.push("arrived");
    response.end();
  });
  const answer = handOver(gateway, message, () => order.push("written") > 0);
  order.push("asked");
  await answer;
  expect(order).toEqual(["asked", "written", "arrived"]);
  const nowhere = gatewayAt("http://127.0.0.1:1");
  await handOver(nowhere, message, () => order.push("written") > 0);
  expect(order).toHaveLength(3);
});

test("An answer whose body never ends is an answer all the same, and does not keep its connection", async () => {
  let calls = 0;
  const gateway = await gatewayBefore((_, response) => {
    response.writeHead(200);
    if (calls++ === 0) response.write("{");
    else response.end();
  });
  expect(await handOver(gateway, message)).toEqual({ kind: "accepted" });
  expect(await handOver(gateway, message)).toEqual({ kind: "accepted" });
});

test("An answer that does not come in time leaves it unknown", async () => {
  const silent = await gatewayBefore(() => {}, { timeoutMs: 300 });
  expect(await handOver(silent, message)).toEqual({ kind: "unknown", code: "timeout" });
});

test("A sender is told where the gateway serves several", async () => {
  let seen = "";
  const gateway = await gatewayBefore(
    (_, response, body) => {
      seen = body;
      response.end();
    },
    { sender: 'Shop "A"' },
  );
  await handOver(gateway, message);
  expect(JSON.parse(seen)).toMatchObject({ text: message.text, sender: 'Shop "A"' });
});

test("Never throws, and is of use after a failure", async () => {
  let calls = 0;
  const gateway = await gatewayBefore((request, response) => {
    if (calls++ === 0) request.socket.destroy();
    else response.writeHead(503, { "retry-after": "2" }).end("busy");
  });
  expect((await handOver(gateway, message)).kind).toBe("unknown");
  expect(await handOver(gateway, message)).toEqual({
    kind: "deferred",
    code: "http_503",
    retryAfterMs: 2_000,
  });
});

test("What must not go any more when it would be written is not written, and the connection is of use for the next", async () => {
  let arrived = 0;
  const gateway = await gatewayBefore((_, response) => {
    arrived++;
    response.end();
  });
  expect(await handOver(gateway, message, () => false)).toEqual({ kind: "withheld" });
  expect(await handOver(gateway, message)).toEqual({ kind: "accepted" });
  expect(arrived).toBe(1);
});

test("What was surely never written may be tried again, whatever kept it from that", async () => {
  const hangsUp = await listen(createTcpServer((socket) => socket.destroy()));
  const gateway = gatewayAt(`https://127.0.0.1:${hangsUp}`);
  expect(await handOver(gateway, message, () => expect.fail("it was written"))).toEqual({
    kind: "deferred",
    code: "unreachable",
  });
});

test("A certificate that is not trusted is our configuration, for every message and not for the first alone", async () => {
  const gateway = gatewayAt(
    `https://127.0.0.1:${await listen(createTlsServer({ key: KEY, cert: CERTIFICATE }))}`,
  );
  for (let i = 0; i < 3; i++)
    expect(await handOver(gateway, message)).toEqual({ kind: "misconfigured", code: "certificate" });
});

test("What is handed over within the call that ended another goes out, and each gets its own answer", async () => {
  const gateway = await gatewayBefore((request, response) =>
    response.writeHead(Number(request.url!.split("/").at(-1)) % 2 ? 200 : 422).end(),
  );
  const outcomes = new Map<string, string>();
  await new Promise<void>((done) => {
    const next = (n: number) =>
      gateway.send({
        message: { ...message, id: String(n) },
        go: () => true,
        over({ kind }) {
          outcomes.set(String(n), kind);
          if (n === 200) done();
          else next(n + 1);
        },
      });
    next(1);
  });
  expect([...outcomes]).toEqual(
    Array.from({ length: 200 }, (_, i) => [String(i + 1), i % 2 ? "rejected" : "accepted"]),
  );
});
