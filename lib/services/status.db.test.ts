import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import { cloneDatabase } from "@/test/database";
import type { Context } from "./context";
import { getStatus } from "./get-status";
import { setSending } from "./set-sending";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let ctx: Context;
const well = async () => null;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  ctx = { db, now: () => new Date(), actor: { name: "tester" }, announce: async () => {} };
  await db.sql`insert into operators (id, code, name, rate, gateway) values (gen_random_uuid(), 'a', 'A', 100, 'one'), (gen_random_uuid(), 'b', 'B', 100, 'two')`;
});
afterAll(async () => {
  await db.close();
  await database.drop();
});
beforeEach(async () => {
  await db.sql`update sending_state set last_sweep_at = clock_now(), state = 'on'`;
  await db.sql`delete from lanes`;
  await db.sql`delete from dispatches`;
});

const stateOf = async (kind: string, name: string | null = null, engine = well, context = ctx) => {
  const status = await getStatus(context, engine, "en");
  return { overall: status.state, ...status.components.find((component) => component.kind === kind && component.name === name)! };
};

test("when all is well it says so, of every part", async () => {
  const status = await getStatus(ctx, well, "en");
  expect(status.state).toBe("ok");
  expect(status.components.map(({ kind, name }) => [kind, name].filter(Boolean).join(" "))).toEqual([
    ...["api", "database", "engine", "sweep", "sending", "gateway one", "gateway two", "operator A", "operator B"],
  ]);
});

test("an engine that does not answer is down, with what was wrong", async () => {
  expect(await stateOf("engine", null, async () => "ECONNREFUSED" as never)).toMatchObject({ overall: "down", state: "down" });
});

test("a sweep that is overdue means that no worker lives", async () => {
  await db.sql`update sending_state set last_sweep_at = clock_now() - interval '5 minutes'`;
  expect(await stateOf("sweep")).toMatchObject({ state: "down", detail: expect.stringContaining("no worker") });
  await db.sql`update sending_state set last_sweep_at = null`;
  expect(await stateOf("sweep")).toMatchObject({ state: "down" });
});

test("the emergency stop is said with its reason", async () => {
  await setSending(ctx, { state: "stopped", reason: "wrong text" });
  expect(await stateOf("sending")).toMatchObject({
    state: "down",
    detail: expect.stringContaining("wrong text"),
    since: expect.any(String),
  });
});

/** A dispatch that runs, with an open lane on the operator A. */
async function running(lane: string): Promise<void> {
  await db.sql`
    insert into dispatches (id, status, timezone, start_at, end_at, start_input, end_input, message_text, segments, started_at)
    values (gen_random_uuid(), 'running', 'UTC', now() - interval '1 hour', now() + interval '1 hour', '', '', 'x', 1, now() - interval '1 hour')`;
  await db.sql`
    insert into lanes (dispatch_no, operator_no, open, wait_reason, wait_until, turn_token, turn_until)
    select d.no, o.no, true, ${db.sql.unsafe(lane)} from dispatches d, operators o where o.code = 'a'`;
}

test("a gateway that refuses is down with its reason, its operator waits, and others are not touched", async () => {
  await running(`'gateway: 503', now() + interval '30 seconds', null, null`);
  expect(await stateOf("gateway", "one")).toMatchObject({ state: "down", detail: expect.stringContaining("503") });
  expect(await stateOf("operator", "A")).toMatchObject({ state: "degraded" });
  expect(await stateOf("gateway", "two")).toMatchObject({ state: "ok" });
  expect(await stateOf("operator", "B")).toMatchObject({ state: "ok" });
});

test("work that nobody does is said, and work that is being done is not", async () => {
  await running(`null, null, gen_random_uuid(), now() + interval '10 seconds'`);
  expect(await stateOf("sending")).toMatchObject({ state: "ok" });
  await db.sql`update lanes set turn_token = null, turn_until = null`;
  expect(await stateOf("sending")).toMatchObject({ state: "degraded" });
});

test("a database that is away is said, and nothing else is made up", async () => {
  const away = openDb("postgres://nobody:x@127.0.0.1:1/none");
  const status = await getStatus({ ...ctx, db: away }, well, "en");
  expect(status).toMatchObject({ state: "down", running: null });
  expect(status.components.map(({ kind, state }) => `${kind} ${state}`)).toEqual(["api ok", "database down", "engine ok"]);
  await away.close();
});
