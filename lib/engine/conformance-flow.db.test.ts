import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { cloneDatabase } from "@/test/support/database";
import { EngineWorld, eventually } from "@/test/support/engine";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let world: EngineWorld;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());
afterEach(() => world.stop());

test("cancelOn ends the sleeping run that matches, and no other", async () => {
  world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction(
      { id: "sleeper", triggers: [{ event: "go" }], cancelOn: [{ event: "stop", match: "data.id" }] },
      async ({ event, step }) => {
        await step.run("begin", () => mark(`begin ${event.data.id}`));
        await step.sleep("nap", 1_500);
        await step.run("end", () => mark(`end ${event.data.id}`));
      },
    ),
  ]).start();
  await world.send("go", { id: "a" });
  await world.send("go", { id: "b" });
  await eventually(() => expect(world.marks).toHaveLength(2));
  await world.send("stop", { id: "a" });
  await world.send("stop", { id: "c" });
  await eventually(() => expect(world.seen()).toContain("end b"));
  // Started later, slept as long: had it lived, the cancelled one would have ended before this one
  // does.
  await world.send("go", { id: "d" });
  await eventually(() => expect(world.seen()).toContain("end d"));
  expect(world.seen()).not.toContain("end a");
});

test("a cancel that comes before the run is not remembered", async () => {
  world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction(
      { id: "early", triggers: [{ event: "go" }], cancelOn: [{ event: "stop", match: "data.id" }] },
      async ({ step }) => {
        await step.sleep("nap", 100);
        await step.run("end", () => mark("end"));
      },
    ),
  ]).start();
  await world.send("stop", { id: "a" });
  await world.send("go", { id: "a" });
  await eventually(() => expect(world.seen()).toEqual(["end"]));
});

test("concurrency 1 by key never overlaps, and keys do not wait for each other", async () => {
  const inside = new Map<string, number>();
  let most = 0;
  let areTwoInside = () => {};
  const two = new Promise<void>((done) => {
    areTwoInside = done;
  });
  world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction(
      { id: "one", triggers: [{ event: "go" }], concurrency: [{ key: "event.data.key", limit: 1 }] },
      async ({ event, step }) => {
        await step.run("work", async () => {
          const key = String(event.data.key);
          inside.set(key, (inside.get(key) ?? 0) + 1);
          most = Math.max(most, inside.get(key)!);
          if ([...inside.values()].filter((n) => n > 0).length > 1) areTwoInside();
          // If keys waited for each other, the first would wait here for ever.
          await two;
          await new Promise((done) => setTimeout(done, 40));
          inside.set(key, inside.get(key)! - 1);
          mark(key);
        });
      },
    ),
  ]).start();
  await world.client.send(Array.from({ length: 30 }, (_, n) => ({ name: "go", data: { key: n % 3 } })));
  await eventually(() => expect(world.marks).toHaveLength(30));
  expect(most).toBe(1);
});

test("twelve calls at once are no leak that Node warns of", async () => {
  const warnings: string[] = [];
  const note = ({ name }: Error) => warnings.push(name);
  process.on("warning", note);
  let inside = 0;
  let areAllInside = () => {};
  const all = new Promise<void>((done) => {
    areAllInside = done;
  });
  world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction({ id: "many", triggers: [{ event: "go" }] }, async () => {
      if (++inside === 12) areAllInside();
      await all;
      mark("done");
    }),
  ]).start();
  await world.client.send(Array.from({ length: 12 }, () => ({ name: "go", data: {} })));
  await eventually(() => expect(world.marks).toHaveLength(12));
  process.off("warning", note);
  expect(warnings).toEqual([]);
});

test("throttle by key spaces the starts of its key, and lets the others go", async () => {
  world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction(
      {
        id: "spaced",
        triggers: [{ event: "go" }],
        throttle: { key: "event.data.key", limit: 1, period: "1s" },
      },
      ({ event }) => mark(String(event.data.key)),
    ),
  ]).start();
  const sentMs = performance.now();
  await world.client.send([
    ...Array.from({ length: 4 }, () => ({ name: "go", data: { key: "slow" } })),
    { name: "go", data: { key: "other" } },
  ]);
  await eventually(() => expect(world.times("slow")).toHaveLength(4));
  const slow = world.times("slow");
  // A busy machine sees a start late, and the next one soon after it: nobody starts before its turn
  // is what holds, counted from before the first.
  slow.forEach((at, turn) => void expect(at - sentMs).toBeGreaterThanOrEqual(turn * 1_000 - 20));
  expect(world.times("other")[0]).toBeLessThan(slow[1]!);
});
