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

/** Much longer than a second of sleep takes on a busy machine; nobody waits for its end. */
const LONG_MS = 25_000;

test("a step's body runs once, and its result is there for the steps after it", async () => {
  world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction({ id: "steps", triggers: [{ event: "go" }] }, async ({ step }) => {
      const a = await step.run("a", () => {
        mark("a");
        return { value: 20 };
      });
      const b = await step.run("b", () => {
        mark("b");
        return a.value + 1;
      });
      await step.run("end", () => mark(`end ${a.value + b}`));
    }),
  ]).start();
  await world.send("go");
  await eventually(() => expect(world.seen()).toEqual(["a", "b", "end 41"]));
});

test("a sleep lasts at least as long as it says, and about that long", async () => {
  world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction({ id: "sleeps", triggers: [{ event: "go" }] }, async ({ step }) => {
      await step.run("before", () => mark("before"));
      await step.sleep("short", 600);
      await step.run("between", () => mark("between"));
      const until = await step.run("when", () => new Date(Date.now() + 600).toISOString());
      await step.sleepUntil("moment", until);
      await step.run("after", () => mark("after"));
    }),
    client.createFunction({ id: "sleeps-longer", triggers: [{ event: "go" }] }, async ({ step }) => {
      await step.sleep("long", LONG_MS);
      await step.run("late", () => mark("late"));
    }),
  ]).start();
  await world.send("go");
  // About that long: who sleeps much longer is still asleep.
  await eventually(() => expect(world.seen()).toEqual(["before", "between", "after"]));
  const [before, between, after] = world.marks.map(({ atMs }) => atMs) as [number, number, number];
  for (const sleptMs of [between - before, after - between]) expect(sleptMs).toBeGreaterThanOrEqual(595);
});

test("a function can send events that start others", async () => {
  world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction({ id: "sender", triggers: [{ event: "go" }] }, async ({ step }) => {
      await step.sendEvent("tell", [
        { name: "told", data: { n: 1 } },
        { name: "told", data: { n: 2 } },
      ]);
    }),
    client.createFunction({ id: "hearer", triggers: [{ event: "told" }] }, ({ event }) =>
      mark(`heard ${event.data.n}`),
    ),
  ]).start();
  await world.send("go");
  await eventually(() => expect(world.seen().sort()).toEqual(["heard 1", "heard 2"]));
});

test("parallel steps each run once, at the same time, and all of them are waited for", async () => {
  world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction({ id: "parallel", triggers: [{ event: "go" }] }, async ({ step }) => {
      const results = await Promise.all(
        [1, 2, 3].map((n) =>
          step.run(`part ${n}`, async () => {
            mark(`begin ${n}`);
            await eventually(() =>
              expect(world.seen().filter((what) => what.startsWith("begin"))).toHaveLength(3),
            );
            return n;
          }),
        ),
      );
      await step.run("sum", () => mark(`sum ${results.reduce((a, b) => a + b)}`));
    }),
  ]).start();
  await world.send("go");
  await eventually(() => expect(world.seen()).toContain("sum 6"));
  expect(world.seen()).toHaveLength(4);
});

test("a race goes on with the first", async () => {
  world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction({ id: "race", triggers: [{ event: "go" }] }, async ({ step, group }) => {
      const winner = await group.parallel({ mode: "race" }, () =>
        Promise.race([step.run("quick", () => "quick"), step.sleep("slow", "1h").then(() => "slow")]),
      );
      await step.run("end", () => mark(`won by ${winner}`));
    }),
  ]).start();
  await world.send("go");
  await eventually(() => expect(world.seen()).toEqual(["won by quick"]));
});

test("a cron fires again and again, each time once", async () => {
  const sinceMs = performance.now();
  world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction({ id: "cron", triggers: [{ cron: "* * * * * *" }] }, () => mark("tick")),
  ]).start();
  await eventually(() => expect(world.seen().length).toBeGreaterThanOrEqual(8));
  const ticks = world.times("tick");
  // A busy machine makes ticks late, never more than there were seconds: none was doubled.
  expect(ticks.length).toBeLessThanOrEqual(1 + Math.ceil((ticks.at(-1)! - sinceMs) / 1_000));
});
