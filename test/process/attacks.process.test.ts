import { type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sign } from "@/lib/engine/signature";
import { createApiKey } from "@/lib/services/access/create-api-key";
import { buildWhenStale } from "@/scripts/build";
import { freePort } from "@/scripts/processes";
import { cloneDatabase } from "@/test/support/database";
import { Installation } from "./installation";

let installation: Installation;
let database: Awaited<ReturnType<typeof cloneDatabase>>;

beforeAll(async () => {
  await buildWhenStale(console.log);
  database = await cloneDatabase();
  installation = await Installation.open(database.url);
}, 600_000);
afterAll(async () => {
  await installation.close();
  await database.drop();
});

/** A request with a Host of one's own, which fetch does not allow. */
function ask(
  url: string,
  headers: Record<string, string>,
  { method = "GET", body = "", path }: { method?: string; body?: string; path?: string } = {},
): Promise<IncomingMessage> {
  return new Promise((done, fail) => {
    request(url, { method, headers, ...(path && { path }) }, (response) => done(response.resume()))
      .on("error", fail)
      .end(body);
  });
}

/** What is answered to just these bytes, until the server hangs up. */
function askRaw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((done, fail) => {
    let answer = "";
    connect(Number(port), hostname, function (this: Socket) {
      this.write(bytes);
    })
      .setEncoding("utf8")
      .on("data", (text) => {
        answer += text;
      })
      .on("error", fail)
      .on("close", () => done(answer));
  });
}

const statusOf = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).statusCode;

test("Nobody without the key has the engine call somebody else, and who has it cannot either", async (context) => {
  const it = await Installation.forTest(context);
  await it.addOperator(null, 20);
  const port = await freePort();
  await it.processes.startWorker({ WORKER_PORT: String(port) });
  const worker = `http://127.0.0.1:${port}`;
  const functionUrls = async () =>
    (await it.db.sql<{ config: string }[]>`select config from engine.functions order by id`).map(urlOf);
  const urlOf = ({ config }: { config: string }) => new URL(JSON.parse(config).steps.step.runtime.url).host;
  const own = await functionUrls();
  expect(new Set(own)).toEqual(new Set([`127.0.0.1:${port}`]));

  // The names are this machine's: that Host is looked at does not help here.
  for (const host of ["127.0.0.1:9", "evil.localhost"]) {
    const put = (headers: Record<string, string> = {}, body = "") =>
      statusOf(`${worker}/api/inngest`, { host, ...headers }, { method: "PUT", body });
    expect(await put()).toBe(401);
    expect(await put({ "x-forwarded-proto": "https", "x-forwarded-host": "evil.example" })).toBe(401);
    expect(await put({ "x-inngest-signature": sign("", `signkey-test-${"ab".repeat(32)}`) })).toBe(401);
    expect(
      await put(
        { "x-inngest-sync-kind": "in_band" },
        JSON.stringify({ url: "http://evil.example/api/inngest" }),
      ),
    ).toBe(401);
    expect(await put({ "x-inngest-signature": sign("", it.processes.signingKey) })).toBe(200);
  }
  expect(await functionUrls()).toEqual(own);
  expect(
    await statusOf(
      `${worker}/api/inngest?fnId=carillon-sweep&stepId=step`,
      {},
      { method: "POST", body: "{}" },
    ),
  ).toBe(401);

  await it.addDispatch();
  await it.until(() => it.isCompleted(), "the dispatch is completed");
  await it.expectHonest();
});

test("A worker answers those alone who call it by a name it has", async (context) => {
  const it = await Installation.forTest(context);
  const port = await freePort();
  await it.processes.startWorker({ WORKER_PORT: String(port), ALLOWED_HOSTS: "worker-1" });
  for (const path of ["/metrics", "/api/inngest", "/"]) {
    expect(await statusOf(`http://127.0.0.1:${port}${path}`, { host: "evil.example" }), path).toBe(421);
  }
  for (const host of ["worker-1:3030", "127.0.0.1", "localhost"]) {
    expect(await statusOf(`http://127.0.0.1:${port}/metrics`, { host }), host).toBe(200);
  }
});

test.each(["open", "open-anywhere", "required"])(
  "With AUTH=%s the web process answers those alone who call it by a name it has",
  async (AUTH) => {
    const { processes } = installation;
    const secrets = { AUTH_SECRET: "x".repeat(32), SMS_GATEWAY_RECEIPTS_SECRET: "x".repeat(32) };
    const { url, end } = await processes.startWeb({
      AUTH,
      PUBLIC_URL: "https://carillon.example",
      ALLOWED_HOSTS: "carillon",
      ...secrets,
    });
    for (const path of [
      "/",
      "/metrics",
      "/healthz",
      "/api/v1/status/",
      "/api/inngest",
      "/_next/nothing.js",
    ]) {
      expect(await statusOf(url + path, { host: "evil.example" }), path).toBe(421);
      expect(
        await statusOf(url + path, { host: "evil.example", "x-forwarded-host": "localhost" }),
        path,
      ).toBe(421);
    }
    for (const host of ["carillon.example", "carillon:3000"]) {
      expect(await statusOf(`${url}/api/v1/status/`, { host }), host).toBe(AUTH === "open" ? 421 : 200);
    }
    expect(await statusOf(`${url}/api/v1/status/`, { host: "localhost" })).toBe(200);
    const answer = await fetch(`${url}/api/v1/status/`);
    expect(answer.headers.get("strict-transport-security")).toBe("max-age=31536000; includeSubDomains");
    // A whole address names a host of its own.
    expect(await statusOf(url, { host: "localhost" }, { path: "http://evil.example/api/v1/status/" })).toBe(
      400,
    );
    await end("SIGTERM");
  },
);

test("Who asks for another protocol is answered in this one, by the same rules: nothing hangs", async () => {
  const { url, end } = await installation.processes.startWeb();
  // Next sets itself up at the first request.
  expect(await statusOf(`${url}/api/v1/status/`, {})).toBe(200);
  const asked: Record<string, string>[] = [
    { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "AAMAAABkAAQAAP__" },
    {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-key": "x3JJHMbDL1EzLkh9GBhXDw==",
      "sec-websocket-version": "13",
    },
  ];
  for (const headers of asked) {
    expect(await statusOf(`${url}/api/v1/status/`, headers)).toBe(200);
    expect(await statusOf(`${url}/_next/webpack-hmr`, headers)).toBe(404);
    expect(await statusOf(`${url}/api/v1/status/`, { ...headers, host: "evil.example" })).toBe(421);
    const body = JSON.stringify({ name: headers.upgrade });
    const post = { ...headers, "content-type": "application/json", "content-length": String(body.length) };
    expect(await statusOf(`${url}/api/v1/tags/`, post, { method: "POST", body })).toBe(201);
  }
  await end("SIGTERM");
});

test("A method that there is not is refused as such, everywhere, and never fails", async (context) => {
  const it = await Installation.forTest(context);
  const port = await freePort();
  await it.processes.startWorker({ WORKER_PORT: String(port) });
  const web = await it.processes.startWeb();
  const refused = { TRACE: 405, CONNECT: 405, PROPFIND: 405, QUERY: 405, FOO: 501, get: 501, post: 501 };
  const paths: [string, string[]][] = [
    [
      web.url,
      [
        "/",
        "/api/v1/dispatches/",
        "/healthz",
        "/openapi.json",
        "/_next/nothing.js",
        "/api/auth/sign-in/email",
      ],
    ],
    [`http://127.0.0.1:${port}`, ["/", "/metrics", "/api/inngest"]],
  ];
  for (const [url, ofServer] of paths) {
    for (const path of ofServer) {
      for (const [method, status] of Object.entries(refused)) {
        const answer = await askRaw(
          url,
          `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
        );
        // Which words a parser knows depends on Node.
        const known = method === "QUERY" ? [405, 501] : [status];
        expect(known, `${method} ${path}: ${answer}`).toContain(
          Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]),
        );
        if (answer.startsWith("HTTP/1.1 405"))
          expect(answer, `${method} ${path}`).toMatch(/^allow: GET, HEAD/im);
      }
    }
  }
  expect(await askRaw(web.url, "GET / HTTP/1.1\r\nHost: local\0host\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
  expect(
    await askRaw(web.url, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20_000)}\r\n\r\n`),
  ).toMatch(/^HTTP\/1\.1 431 /);
  await web.end("SIGTERM");
});

test("Who sends a body by drops is cut off, whether it is wanted or refused", async () => {
  const { url, end } = await installation.processes.startWeb({
    AUTH: "required",
    AUTH_SECRET: "x".repeat(32),
    SMS_GATEWAY_RECEIPTS_SECRET: "x".repeat(32),
  });
  const { key } = await createApiKey(installation.context, {
    name: "drip",
    scopes: ["audience:write"],
    expires_at: null,
    daily_recipients: null,
  });
  const drip = async (path: string, headers: Record<string, string>) => {
    const asked = request(url + path, { method: "POST", headers: { "content-length": "60000", ...headers } });
    const closed = new Promise((done) => asked.on("close", done).on("error", () => {}));
    const answered = new Promise<number | undefined>((done) =>
      asked.on("response", (response) => done(response.resume().statusCode)),
    );
    asked.write("phone,operator\n");
    const drops = setInterval(() => asked.write("x"), 1_000);
    await closed.finally(() => clearInterval(drops));
    return Promise.race([answered, "cut off"]);
  };
  const statuses = Promise.all([
    drip("/api/v1/recipients/import/", { "content-type": "text/csv" }),
    drip("/api/v1/recipients/import/", { "content-type": "text/csv", authorization: `Bearer ${key}` }),
    drip("/api/auth/sign-in/email", { "content-type": "application/json" }),
    drip("/sign-in", { "content-type": "text/plain" }),
    drip("/nothing", { host: "evil.example" }),
  ]);
  expect(await statuses).toEqual([401, "cut off", 408, expect.anything(), 421]);
  await end("SIGTERM");
});
