import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import { type Heartbeat, listLatestSamples, noteEngineSweep, writeHeartbeat } from "@/db/health/health";
import { knownMigration } from "@/db/schema-version";
import { statusSchema } from "@/lib/contract/health/status";
import { ValidationError } from "@/lib/domain/errors";
import { presentStatus } from "@/lib/http/present/status";
import { type Context, systemActor } from "@/lib/services/context";
import { setSending } from "@/lib/services/sending/set-sending";
import { cloneDatabase } from "@/test/support/database";
import { acknowledgePart, getAcknowledgements } from "./acknowledge-part";
import { getStatus } from "./get-status";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let ctx: Context;
const well = async () => null;
const WORKER = "00000000-0000-4000-8000-000000000001";
const minutesMs = 60_000;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  ctx = { db, now: () => new Date(), actor: systemActor("tester"), announce: async () => {} };
  await db.sql`insert into operators (id, code, name, rate, gateway) values (gen_random_uuid(), 'a', 'A', 100, 'one'), (gen_random_uuid(), 'b', 'B', 100, 'two'), (gen_random_uuid(), 'c', 'C', null, 'two')`;
});
afterAll(async () => {
  await db.close();
  await database.drop();
});
beforeEach(async () => {
  await db.sql`update sending_state set last_sweep_at = clock_now(), last_engine_sweep_at = clock_now(), state = 'on'`;
  await db.sql`delete from drizzle.__drizzle_migrations where created_at > ${knownMigration}`;
  await db.sql`truncate dispatches, lanes, chunks, health_samples, worker_heartbeats cascade`;
  await beats();
});

/** A worker that has been up for an hour says that it lives. */
const beats = (more: Partial<Heartbeat> = {}) =>
  writeHeartbeat(db.sql, {
    id: WORKER,
    upMs: 60 * minutesMs,
    engineFault: null,
    refusing: [],
    version: "1.2.3",
    knownMigration,
    ...more,
  });

const statusOf = async (ctx: Context, engine: () => Promise<string | null>) =>
  statusSchema.parse(presentStatus(await getStatus(ctx, engine), "en"));

const stateOf = async (
  kind: string,
  name: string | null = null,
  engine: () => Promise<string | null> = well,
) => {
  const status = await statusOf(ctx, engine);
  return {
    overall: status.state,
    ...status.components.find((component) => component.kind === kind && component.name === name)!,
  };
};

test("when all is well it says so, of every part", async () => {
  const status = await statusOf(ctx, well);
  expect(status).toMatchObject({ state: "ok", workers: 1, running: 0 });
  expect(status.components.map(({ kind, name }) => [kind, name].filter(Boolean).join(" "))).toEqual([
    ...[
      "api",
      "database",
      "engine",
      "sweep",
      "sending",
      "gateway one",
      "gateway two",
      "operator A",
      "operator B",
      "operator C",
    ],
  ]);
});

describe("a newer schema", () => {
  const old = { knownMigration: knownMigration - 1 };
  const other = { id: "00000000-0000-4000-8000-000000000002" };

  test("when every worker is older than the schema nothing is sent, and it says of which version they are", async () => {
    await beats(old);
    const expected = {
      overall: "down",
      state: "down",
      detail: expect.stringContaining("newer than the workers (version 1.2.3)"),
    };
    expect(await stateOf("sending")).toMatchObject(expected);
    expect(await stateOf("sweep")).toMatchObject({ state: "ok" });
    await db.sql`update sending_state set last_sweep_at = clock_now() - interval '10 minutes'`;
    expect(await stateOf("sweep")).toMatchObject({
      state: "down",
      detail: expect.stringContaining("leave the check to newer ones"),
    });
  });

  test("when a newer worker is there it goes on, and the old one is told of until it is gone", async () => {
    await beats(old);
    await beats(other);
    expect(await stateOf("sending")).toMatchObject({
      state: "degraded",
      detail: expect.stringContaining("some of the workers (version 1.2.3)"),
    });
    await db.sql`update worker_heartbeats set at = clock_now() - interval '1 minute' where id = ${WORKER}`;
    expect(await stateOf("sending")).toMatchObject({ state: "ok" });
  });

  test("one that works with whatever is newer is not blamed", async () => {
    await beats({ knownMigration: null });
    await db.sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('newer', ${knownMigration + 1})`;
    expect(await stateOf("sending")).toMatchObject({ state: "ok" });
  });
});

describe("engine", () => {
  test("one that does not answer is down, with what was wrong, and since it was seen well", async () => {
    await db.sql`insert into health_samples (kind, state, code, from_at, to_at) values ('engine', 'ok', 'ok', now() - interval '1 hour', '2026-01-02T03:04:05Z')`;
    expect(await stateOf("engine", null, async () => "ECONNREFUSED")).toMatchObject({
      overall: "down",
      state: "down",
      detail: expect.stringContaining("ECONNREFUSED"),
      since: "2026-01-02T03:04:05.000Z",
    });
  });

  test("one that answers and whose timer does not fire is down, though workers sweep by themselves", async () => {
    await db.sql`update sending_state set last_engine_sweep_at = clock_now() - interval '5 minutes'`;
    expect(await stateOf("engine")).toMatchObject({
      state: "down",
      detail: expect.stringMatching(/30\d s/),
      since: expect.any(String),
    });
    expect(await stateOf("sweep")).toMatchObject({ state: "ok" });
    await noteEngineSweep(db.sql);
    expect(await stateOf("engine")).toMatchObject({ state: "ok" });
  });

  test("one that has just been started is not blamed for a timer that has not fired yet", async () => {
    await db.sql`update sending_state set last_engine_sweep_at = clock_now() - interval '5 hours'`;
    await beats();
    await db.sql`update worker_heartbeats set started_at = clock_now() - interval '30 seconds'`;
    expect(await stateOf("engine")).toMatchObject({ state: "ok" });
  });

  test("one that a worker does not reach is down, though this process reaches it", async () => {
    await beats({ engineFault: "HTTP 500" });
    expect(await stateOf("engine")).toMatchObject({
      state: "down",
      detail: expect.stringContaining("HTTP 500"),
    });
  });
});

describe("sweep", () => {
  test("a worker that is not heard of any more is dead, at once and not when its sweep is overdue", async () => {
    await db.sql`update worker_heartbeats set at = clock_now() - interval '50 seconds'`;
    const status = await statusOf(ctx, well);
    expect(status).toMatchObject({ state: "down", workers: 0 });
    expect(await stateOf("sweep")).toMatchObject({
      state: "down",
      detail: expect.stringMatching(/5\d s ago/),
      since: expect.any(String),
    });
  });

  test("an overdue sweep is said, also where no worker ever beat", async () => {
    await db.sql`delete from worker_heartbeats`;
    expect(await stateOf("sweep")).toMatchObject({ state: "ok" });
    await db.sql`update sending_state set last_sweep_at = clock_now() - interval '5 minutes'`;
    expect(await stateOf("sweep")).toMatchObject({
      state: "down",
      detail: expect.stringContaining("no worker"),
    });
    await db.sql`update sending_state set last_sweep_at = null`;
    expect(await stateOf("sweep")).toMatchObject({ state: "down" });
  });
});

test("the emergency stop is said; its reason, which somebody typed, is not for everybody", async () => {
  await setSending(ctx, { state: "stopped", reason: "wrong text" });
  expect(await stateOf("sending")).toMatchObject({
    state: "down",
    detail: "Stopped by hand.",
    since: expect.any(String),
  });
  await running(working);
  const told = JSON.stringify(await statusOf(ctx, well));
  for (const { id } of await db.sql<{ id: string }[]>`select id from dispatches`)
    expect(told).not.toContain(id);
  expect(told).not.toContain("wrong text");
});

/** A dispatch that runs, with an open lane on an operator. */
async function running(lane: string, operator = "a"): Promise<void> {
  await db.sql`
    insert into dispatches (id, status, timezone, start_at, end_at, start_input, end_input, message_text, segments, started_at, audience)
    values (gen_random_uuid(), 'running', 'UTC', now() - interval '1 hour', now() + interval '1 hour', '', '', 'x', 2, now() - interval '1 hour', 50)`;
  await db.sql`
    insert into lanes (dispatch_no, operator_no, open, wait_reason, wait_until, turn_token, turn_until, sent, failed, sending)
    select d.no, o.no, true, ${db.sql.unsafe(lane)}, 20, 3, 1 from dispatches d, operators o where o.code = ${operator}
    order by d.no desc limit 1`;
}
const working = `null, null, gen_random_uuid(), now() + interval '10 seconds'`;
const settledNow = (operator: string) => db.sql`
  insert into chunks (lane_no, state, lease_until, claimed_at, settled_at, folded, size, first_id, last_id, sent)
  select l.no, 'settled', now(), now(), clock_now() - interval '1 second', false, 10, 1, 1, 10 from lanes l join operators o on o.no = l.operator_no where o.code = ${operator}`;

describe("gateways and operators", () => {
  const refusedBy = async (code: string) => {
    const [row] = await db.sql<{ no: number }[]>`select no from operators where code = ${code}`;
    return [{ operatorNo: row!.no, reason: "http_503", since: "2026-01-02T03:04:05.000Z" }];
  };

  test("one that refuses is down with its reason, its operator waits, and others are not touched", async () => {
    await running(`'gateway: 503', now() + interval '30 seconds', null, null`);
    expect(await stateOf("gateway", "one")).toMatchObject({
      state: "down",
      detail: expect.stringContaining("503"),
    });
    expect(await stateOf("operator", "A")).toMatchObject({
      state: "degraded",
      detail: expect.stringContaining("503"),
    });
    expect(await stateOf("gateway", "two")).toMatchObject({ state: "ok" });
    expect(await stateOf("operator", "B")).toMatchObject({ state: "ok" });
  });

  test("a worker's breaker is enough, also between two waits of the lane", async () => {
    await running(working);
    await beats({ refusing: await refusedBy("a") });
    expect(await stateOf("gateway", "one")).toMatchObject({
      state: "down",
      detail: expect.stringContaining("http_503"),
      since: "2026-01-02T03:04:05.000Z",
    });
    // What a dead worker said last is not so for ever.
    await db.sql`update worker_heartbeats set at = clock_now() - interval '1 minute'`;
    expect(await stateOf("gateway", "one")).toMatchObject({ state: "ok" });
  });

  test("one that takes what goes to one operator and refuses another's is degraded", async () => {
    await running(working, "b");
    await running(working, "c");
    await settledNow("c");
    await beats({ refusing: await refusedBy("b") });
    expect(await stateOf("gateway", "two")).toMatchObject({
      state: "degraded",
      detail: expect.stringContaining("B"),
    });
    expect(await stateOf("operator", "C")).toMatchObject({ state: "ok" });
  });

  test("an operator that waits until its next slot is not said to wait for messages that are to be retried", async () => {
    await running(`'operator_busy', now() + interval '5 seconds', null, null`);
    expect(await stateOf("operator", "A")).toMatchObject({ state: "ok", detail: "Nothing is being sent." });
    await db.sql`update lanes set wait_reason = 'retry'`;
    expect(await stateOf("operator", "A")).toMatchObject({
      state: "ok",
      detail: expect.stringContaining("retries messages"),
    });
  });

  test("an operator whose worker does not know the time well enough is degraded", async () => {
    await running(`'clock', now() + interval '5 seconds', null, null`);
    expect(await stateOf("operator", "A")).toMatchObject({
      state: "degraded",
      detail: expect.stringContaining("time"),
    });
  });

  test("an operator says how much of its rate is in use, in segments", async () => {
    await running(working);
    await settledNow("a");
    expect(await stateOf("operator", "A")).toMatchObject({
      state: "ok",
      detail: "In use: 4 of 100 segments a second.",
    });
    await db.sql`update chunks set sent = 400, size = 400`;
    expect(await stateOf("operator", "A")).toMatchObject({ detail: "In use: 100 of 100 segments a second." });
  });
});

test("work that nobody does is said, and work that is being done is not", async () => {
  await running(working);
  expect(await stateOf("sending")).toMatchObject({ state: "ok" });
  await db.sql`update lanes set turn_token = null, turn_until = null`;
  expect(await stateOf("sending")).toMatchObject({ state: "degraded" });
});

test("a database that is away is said with when it answered last, and nothing else is made up", async () => {
  const away = openDb("postgres://nobody:x@127.0.0.1:1/none");
  const status = await statusOf({ ...ctx, db: away }, well);
  expect(status).toMatchObject({ state: "down", running: null, workers: null });
  expect(status.components.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    "api ok",
    "database down",
    "engine ok",
  ]);
  await away.close();
});

test("a database that hangs is said while it hangs", async () => {
  const hanging = openDb(database.url, { max: 1 });
  const held = hanging.sql`select pg_sleep(45)`.then(
    () => "the answer",
    () => "cancelled",
  );
  expect(await Promise.race([held, statusOf({ ...ctx, db: hanging }, well)])).toMatchObject({
    state: "down",
  });
  await db.sql`select pg_cancel_backend(pid) from pg_stat_activity where query like 'select pg_sleep%' and datname = current_database()`;
  await held;
  await hanging.close();
  expect(await listLatestSamples(db.sql)).toEqual([]);
});

test("the last who acknowledged a part's fault is told, of parts that there are, and the log notes it", async () => {
  const as = (name: string) => ({ ...ctx, actor: systemActor(name) });
  await acknowledgePart(as("anna"), { kind: "gateway", name: "one" });
  await acknowledgePart(as("anna"), { kind: "sweep" });
  await acknowledgePart(as("boris"), { kind: "gateway", name: "one" });
  await acknowledgePart(as("boris"), { kind: "operator", name: "A" });
  expect((await getAcknowledgements(ctx)).map(({ kind, name, by }) => `${kind} ${name} ${by}`)).toEqual([
    ...["operator A boris", "gateway one boris", "sweep null anna"],
  ]);
  for (const unknown of [
    { kind: "gateway", name: "three" },
    { kind: "operator", name: "one" },
    { kind: "operator" },
    { kind: "sweep", name: "A" },
  ] as const)
    await expect(acknowledgePart(ctx, unknown)).rejects.toBeInstanceOf(ValidationError);
  const log =
    await db.sql`select actor, subject_id from audit_log where action = 'status.acknowledged' order by no`;
  expect(log.map(({ actor, subject_id }) => `${actor}: ${subject_id}`)).toEqual([
    ...["anna: gateway one", "anna: sweep", "boris: gateway one", "boris: operator A"],
  ]);
});
