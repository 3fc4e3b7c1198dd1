import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { canonicalJson } from "@/lib/common/canonical-json";
import { cloneDatabase } from "@/test/support/database";
import { EngineWorld, eventually, SIGNING_KEY } from "@/test/support/engine";
import { sign } from "./signature";

/** Clocks of one machine, read in two ways. */
const CLOCKS_MS = 50;

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let world: EngineWorld;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());
afterEach(() => world.stop());

const simple = (url: string) =>
  new EngineWorld(url, (client, mark) => [
    client.createFunction({ id: "simple", triggers: [{ event: "simple" }] }, ({ event }) =>
      mark(`ran ${event.data.n}`),
    ),
  ]);

test("an event starts its functions, each once, with the event's data", async () => {
  world = await simple(database.url).start();
  await world.send("simple", { n: 1 });
  await world.send("other", { n: 2 });
  await world.send("simple", { n: 3 });
  await eventually(() => expect(world.seen().sort()).toEqual(["ran 1", "ran 3"]));
});

test("an event id that comes twice starts its function once, in one request and in two", async () => {
  world = await simple(database.url).start();
  await world.client.send([
    { id: "twice", name: "simple", data: { n: 1 } },
    { id: "twice", name: "simple", data: { n: 1 } },
  ]);
  await world.send("simple", { n: 1 }, "twice");
  await world.send("simple", { n: 2 });
  await eventually(() => expect(new Set(world.seen())).toEqual(new Set(["ran 1", "ran 2"])));
  expect(world.seen().filter((what) => what === "ran 1")).toHaveLength(1);
});

test("1,000 events in one request all start their runs", async () => {
  world = await simple(database.url).start();
  await world.client.send(Array.from({ length: 1_000 }, (_, n) => ({ name: "simple", data: { n } })));
  await eventually(() => expect(new Set(world.seen()).size).toBe(1_000), 600_000);
  expect(world.marks).toHaveLength(1_000);
}, 660_000);

test("events of the future start their runs each at its own time, not before, whatever the engine does until then; one that is cancelled never", async () => {
  world = new EngineWorld(database.url, (client, mark) => [
    client.createFunction(
      { id: "later", triggers: [{ event: "later" }], cancelOn: [{ event: "no", match: "data.n" }] },
      ({ event }) => mark(`ran ${event.data.n}`),
    ),
  ]);
  await world.start();
  const ts = Date.now() + 3_000;
  await world.client.send([0, 1, 2, 3].map((n) => ({ name: "later", data: { n }, ts: ts + n * 700 })));
  await world.send("no", { n: 1 });
  // A restart forgets none.
  await world.engine.stop();
  await world.startEngine();
  await eventually(() => expect(world.seen()).toEqual(["ran 0", "ran 2", "ran 3"]), 60_000);
  for (const { what, atMs } of world.marks)
    expect(performance.timeOrigin + atMs, what).toBeGreaterThanOrEqual(
      ts + Number(what.at(-1)) * 700 - CLOCKS_MS,
    );
});

test("an event with a wrong key, and a registration with a wrong signature, are refused", async () => {
  world = await simple(database.url).start();
  const event = JSON.stringify({ name: "simple", data: { n: 1 } });
  expect((await fetch(`${world.engine.url}/e/wrong`, { method: "POST", body: event })).status).toBe(401);
  const registration = { method: "POST", body: JSON.stringify({ appName: "app", functions: [] }) };
  expect((await fetch(`${world.engine.url}/fn/register`, registration)).status).toBe(401);
  expect(
    (
      await fetch(`${world.engine.url}/fn/register`, {
        ...registration,
        headers: { authorization: "Bearer wrong" },
      })
    ).status,
  ).toBe(401);
});

test("a call that is not signed by the engine is refused by the functions, and one that is signed is not", async () => {
  world = await simple(database.url).start();
  const body = canonicalJson({
    ctx: { attempt: 0, run_id: "x" },
    event: { name: "simple", data: { n: 9 } },
    events: [],
    steps: {},
  });
  const call = (signature?: string) =>
    fetch(`${world.appUrl()}?fnId=app-simple&stepId=step`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...(signature && { "x-inngest-signature": signature }) },
    });
  expect((await call()).status).toBe(401);
  expect((await call(sign(body, `signkey-test-${"cd".repeat(32)}`))).status).toBe(401);
  expect((await call(sign(body, SIGNING_KEY))).status).not.toBe(401);
});

test.each([
  ["debounce", { debounce: { period: "1s" } }],
  ["rateLimit", { rateLimit: { limit: 1, period: "1m" } }],
  ["batchEvents", { batchEvents: { maxSize: 10, timeout: "1s" } }],
  ["priority", { priority: { run: "1" } }],
  ["singleton", { singleton: { mode: "skip" } }],
])("what the engine cannot do is refused by name when it is registered: %s", async (name, config) => {
  world = new EngineWorld(database.url, (client) => [
    client.createFunction({ id: "odd", triggers: [{ event: "odd" }], ...(config as object) }, () => {}),
  ]);
  await world.startEngine();
  const { status, text } = await world.startApp();
  expect(status).not.toBe(200);
  expect(text.toLowerCase()).toContain(name.toLowerCase().slice(0, 5));
  expect(text).toContain("app-odd");
});
