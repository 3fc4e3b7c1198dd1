import { NonRetriableError, RetryAfterError } from "inngest";
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

test("a step that fails is tried again, those before it are not", async () => {
  world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction(
      { id: "flaky", triggers: [{ event: "go" }], retries: 3 },
      async ({ step, attempt }) => {
        await step.run("first", () => mark("first"));
        await step.run("second", () => {
          mark(`second, attempt ${attempt}`);
          if (attempt < 2) throw new Error("not yet");
        });
        await step.run("end", () => mark("end"));
      },
    ),
  ]).start();
  await world.send("go");
  await eventually(() => expect(world.seen()).toContain("end"));
  expect(world.seen()).toEqual([
    "first",
    "second, attempt 0",
    "second, attempt 1",
    "second, attempt 2",
    "end",
  ]);
});

test("a step that fails for good throws where it was awaited, and the function may go on", async () => {
  world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction({ id: "caught", triggers: [{ event: "go" }], retries: 1 }, async ({ step }) => {
      try {
        await step.run("bad", () => {
          mark("try");
          throw new Error("always");
        });
      } catch (error) {
        await step.run("caught", () => mark(`caught ${(error as Error).message}`));
      }
    }),
  ]).start();
  await world.send("go");
  await eventually(() => expect(world.seen()).toEqual(["try", "try", "caught always"]));
});

test("a function that fails outside of steps is tried as often as it says, then onFailure hears of it", async () => {
  world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction(
      {
        id: "bad",
        triggers: [{ event: "go" }],
        retries: 2,
        onFailure: ({ error }: { error: Error }) => mark(`failed: ${error.message}`),
      },
      () => {
        mark("try");
        throw new Error("no");
      },
    ),
  ]).start();
  await world.send("go");
  await eventually(() => expect(world.seen()).toEqual(["try", "try", "try", "failed: no"]));
});

test("a NonRetriableError ends it at once", async () => {
  world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction(
      {
        id: "final",
        triggers: [{ event: "go" }],
        retries: 5,
        onFailure: ({ error }: { error: Error }) => mark(`failed: ${error.message}`),
      },
      () => {
        mark("try");
        throw new NonRetriableError("never");
      },
    ),
  ]).start();
  await world.send("go");
  await eventually(() => expect(world.seen()).toEqual(["try", "failed: never"]));
});

test("a RetryAfterError says when the next attempt comes, whatever the backoff", async () => {
  const waitMs = 1_500;
  world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction({ id: "later", triggers: [{ event: "go" }], retries: 5 }, ({ attempt }) => {
      mark(`attempt ${attempt}`);
      if (attempt === 0) throw new Error("backoff");
      if (attempt === 1) throw new RetryAfterError("later", waitMs);
    }),
  ]).start();
  await world.send("go");
  await eventually(() => expect(world.seen()).toContain("attempt 2"));
  const [, second, third] = world.marks.map(({ atMs }) => atMs) as [number, number, number];
  // The engine counts by the database's clock.
  expect(third - second).toBeGreaterThan(waitMs - 100);
});
