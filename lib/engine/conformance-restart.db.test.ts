import postgres from "postgres";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { cloneDatabase } from "@/test/support/database";
import { EngineWorld, eventually } from "@/test/support/engine";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

/** As a machine that goes down and comes up again: the engine keeps its port, the app does not. */
async function restart(world: EngineWorld): Promise<void> {
  await world.stop();
  await world.startEngine();
  await world.startApp();
}

test("a restart in a sleep: the run wakes at its time and goes on", async () => {
  const world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction({ id: "in-sleep", triggers: [{ event: "in-sleep" }] }, async ({ step }) => {
      await step.run("before", () => mark("before"));
      await step.sleep("nap", 1_000);
      await step.run("after", () => mark("after"));
    }),
  ]).start();
  await world.send("in-sleep");
  await eventually(() => expect(world.seen()).toEqual(["before"]));
  await restart(world);
  await eventually(() => expect(world.seen()).toEqual(["before", "after"]));
  await world.stop();
});

test("a restart in a step: it is run again from its start, and those before it are not", async () => {
  let isFirst = true;
  const world = await new EngineWorld(
    database.url,
    (client, mark) => [
      client.createFunction(
        { id: "in-step", triggers: [{ event: "in-step" }], retries: 2 },
        async ({ step }) => {
          await step.run("before", () => mark("before"));
          await step.run("long", async () => {
            mark("long");
            // The first one is never answered: its process is gone.
            if (isFirst) await new Promise(() => {});
          });
          await step.run("after", () => mark("after"));
        },
      ),
    ],
    { drainMs: 50 },
  ).start();
  await world.send("in-step");
  await eventually(() => expect(world.seen()).toEqual(["before", "long"]));
  isFirst = false;
  await restart(world);
  await eventually(() => expect(world.seen()).toEqual(["before", "long", "long", "after"]));
  await world.stop();
});

test("a restart while a retry waits: the attempts go on counting", async () => {
  const world = await new EngineWorld(
    database.url,
    (client, mark) => [
      client.createFunction(
        { id: "in-retry", triggers: [{ event: "in-retry" }], retries: 1 },
        ({ attempt }) => {
          mark(`attempt ${attempt}`);
          throw new Error("no");
        },
      ),
    ],
    { backoff: () => 1_000 },
  ).start();
  await world.send("in-retry");
  await eventually(() => expect(world.seen()).toEqual(["attempt 0"]));
  await restart(world);
  await eventually(() => expect(world.seen()).toEqual(["attempt 0", "attempt 1"]));
  await world.stop();
});

test("a restart with starts that wait for their throttle and their turn: each runs once", async () => {
  let inside = 0;
  let most = 0;
  const world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction(
      {
        id: "in-line",
        triggers: [{ event: "in-line" }],
        concurrency: [{ key: "event.data.key", limit: 1 }],
        throttle: { key: "event.data.key", limit: 5, period: "1s" },
      },
      async ({ event }) => {
        most = Math.max(most, ++inside);
        await new Promise((done) => setTimeout(done, 20));
        inside--;
        mark(String(event.data.n));
      },
    ),
  ]).start();
  await world.client.send(Array.from({ length: 12 }, (_, n) => ({ name: "in-line", data: { key: "k", n } })));
  await eventually(() => expect(world.marks.length).toBeGreaterThan(1));
  await restart(world);
  await eventually(() => expect(new Set(world.seen()).size).toBe(12));
  expect(world.marks).toHaveLength(12);
  expect(most).toBe(1);
  await world.stop();
});

test("a stop in the moment work falls due loses none of it", async () => {
  const world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction({ id: "at-stop", triggers: [{ event: "at-stop" }] }, ({ event }) =>
      mark(`ran ${event.data.n}`),
    ),
  ]).start();
  await world.client.send(Array.from({ length: 100 }, (_, n) => ({ name: "at-stop", data: { n } })));
  await restart(world);
  await eventually(() => expect(new Set(world.seen()).size).toBe(100));
  await world.stop();
});

test("a cancel that came while the run slept holds over a restart", async () => {
  const world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction(
      {
        id: "cancelled",
        triggers: [{ event: "cancelled-go" }],
        cancelOn: [{ event: "cancelled-stop", match: "data.id" }],
      },
      async ({ event, step }) => {
        await step.run("begin", () => mark(`begin ${event.data.id}`));
        await step.sleep("nap", 1_000);
        await step.run("end", () => mark(`end ${event.data.id}`));
      },
    ),
  ]).start();
  await world.send("cancelled-go", { id: "a" });
  await world.send("cancelled-go", { id: "b" });
  await eventually(() => expect(world.marks).toHaveLength(2));
  await world.send("cancelled-stop", { id: "a" });
  await restart(world);
  await eventually(() => expect(world.seen()).toContain("end b"));
  expect(world.seen()).not.toContain("end a");
  await world.stop();
});

test("an app that is away for a while loses nothing, and no attempt", async () => {
  const world = await new EngineWorld(database.url, (client, mark) => [
    client.createFunction({ id: "away", triggers: [{ event: "away" }], retries: 0 }, () => mark("ran")),
  ]).start();
  await world.stopApp();
  await world.send("away");
  await world.startApp();
  await eventually(() => expect(world.seen()).toEqual(["ran"]));
  await world.stop();
});

test("an engine that loses its lock with its connection takes it again, or says that another has it", async () => {
  let displaced = 0;
  const world = new EngineWorld(database.url, () => [], { onDisplaced: () => displaced++ });
  await world.startEngine();
  const [sql, other] = [postgres(database.url, { max: 1 }), postgres(database.url, { max: 1 })];
  const locks = (isGranted: boolean) =>
    // Other databases of the server have engines, too.
    sql<{ pid: number }[]>`
      select pid from pg_locks
      where locktype = 'advisory' and objid = ${0x696e6e67} and granted = ${isGranted}
        and database = (select oid from pg_database where datname = current_database())`;
  const holder = async () => (await locks(true))[0]?.pid;
  const first = (await holder())!;
  await sql`select pg_terminate_backend(${first}, 5000)`;
  await vi.waitFor(
    async () => expect(await holder()).toSatisfy((pid) => pid !== undefined && pid !== first),
    { timeout: 20_000 },
  );
  expect(displaced).toBe(0);
  // This time somebody stands in line.
  const taken = other`select pg_advisory_lock(${0x696e6e67})`.execute();
  await vi.waitFor(async () => expect(await locks(false)).toHaveLength(1), { timeout: 20_000 });
  await sql`select pg_terminate_backend(${(await holder())!}, 5000)`;
  await taken;
  await vi.waitFor(() => expect(displaced).toBe(1), { timeout: 30_000 });
  await world.engine.stop();
  await Promise.all([sql.end(), other.end()]);
});

test("a database that goes away while an idle engine stops does not end its process", async () => {
  const idle = await cloneDatabase();
  const admin = postgres(idle.url, { max: 1, onnotice: () => {} });
  for (let times = 0; times < 5; times++) {
    const world = new EngineWorld(idle.url, () => []);
    await world.startEngine();
    let isStopped = false;
    const stop = world.engine.stop().finally(() => {
      isStopped = true;
    });
    while (!isStopped)
      await admin`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and application_name = ''`;
    await stop;
  }
  await admin.end();
  await idle.drop();
});

test("a job whose answer was lost with its connection is handed out again, and runs once", async () => {
  const lossy = await cloneDatabase();
  const admin = postgres(lossy.url, { max: 1 });
  const world = await new EngineWorld(lossy.url, (client, mark) => [
    client.createFunction({ id: "lost", triggers: [{ event: "lost" }] }, async ({ step }) => {
      await step.sleep("nap", 2_000);
      await step.run("after", () => mark("ran"));
    }),
  ]).start();
  await world.send("lost");
  // What a lost answer leaves behind: a lock that the database knows of and no worker.
  await eventually(async () =>
    expect(
      await admin`
        update graphile_worker._private_jobs set locked_at = now(), locked_by = 'lost'
        where run_at > now() returning id`,
    ).toHaveLength(1),
  );
  await eventually(async () =>
    expect(await admin`select 1 from graphile_worker._private_jobs where run_at < now()`).toHaveLength(1),
  );
  expect(world.seen()).toEqual([]);
  await admin`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and query ilike '%graphile%'`;
  await eventually(() => expect(world.seen()).toEqual(["ran"]));
  await world.stop();
  await admin.end();
  await lossy.drop();
});
