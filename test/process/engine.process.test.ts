import { beforeAll, expect, test } from "vitest";
import { canonicalJson } from "@/lib/common/canonical-json";
import { isDeadlock } from "@/lib/common/database-errors";
import { retry } from "@/lib/common/retry";
import { sign } from "@/lib/engine/signature";
import type { Announcement } from "@/lib/services/events";
import { buildWhenStale } from "@/scripts/build";
import { Installation } from "./installation";

const RATE = 200;

beforeAll(() => buildWhenStale(console.log), 600_000);

/** Takes from a running engine all that it keeps: its functions, runs, timers and jobs. */
async function loseAll({ db: { sql } }: Installation): Promise<void> {
  const tables = await sql<
    { name: string }[]
  >`select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'engine'`;
  const all = [...tables.map(({ name }) => name), "graphile_worker._private_jobs"].join(", ");
  // The engine is at work in these tables: one of the two may have to begin again.
  await retry(() => sql.unsafe(`truncate ${all} cascade`), { isPassing: isDeadlock, triesMax: 10 });
}

/** What an engine has been told to do again and again. */
async function readTimers({ db: { sql } }: Installation): Promise<unknown> {
  return sql`select f.id, c.expression from engine.functions f left join engine.crons c on c.function_id = f.id order by 1, 2`;
}

test.concurrent("An engine that loses everything while lanes wait in it: workers find them by themselves and tell it of the functions again, nobody is forgotten and nobody gets it twice", async (context) => {
  const it = await Installation.forTest(context);
  it.gateway.latencyMs = () => 20;
  await it.addOperator(RATE, 600);
  await it.addOperator(null, 1500);
  // A gateway that refuses has the turns end and the engine wait.
  it.gateway.status = () => (it.gateway.arrivals.length > 300 ? 503 : 200);
  await it.processes.startWorker();
  await it.addDispatch();
  await it.until(
    async () =>
      (await it.db.sql`select 1 from lanes where turn_token is null and wait_reason like 'gateway%'`)
        .length === 2,
    "the engine waits for both lanes",
  );
  const timers = await readTimers(it);
  await loseAll(it);
  it.gateway.status = () => 200;
  await it.until(async () => {
    // The last sweep is as old as it would be after 75 s of waiting.
    await it.db
      .sql`update sending_state set last_sweep_at = clock_now() - interval '76 seconds' where last_sweep_at < clock_now() - interval '1 second'`;
    return (await it.isCompleted()) && JSON.stringify(await readTimers(it)) === JSON.stringify(timers);
  }, "the dispatch is completed, and the engine knows functions and timers again");
  await it.expectHonest();
  expect(await it.tally()).toEqual({ sent: 2100 });
});

test.concurrent("An engine that gives all events again, on the way and after the end: nothing changes", async (context) => {
  const it = await Installation.forTest(context, { timeoutMs: 60_000 });
  const { sql } = it.db;
  const replay = async () => {
    const events = await sql<Announcement[]>`
      select event::json ->> 'name' as name, event::json -> 'data' as data from engine.runs where event::json ->> 'name' not like 'inngest/%'`;
    expect(new Set(events.map(({ name }) => name))).toEqual(new Set(["dispatch/scheduled", "lane/turn.due"]));
    const before = await countRuns();
    // Without their ids, by which it would know them.
    await it.processes.announce([...events]);
    expect(await countRuns()).toBeGreaterThanOrEqual(before + events.length);
  };
  const countRuns = async () =>
    (await sql<{ n: number }[]>`select count(*)::int as n from engine.runs`)[0]!.n;
  const untilIdle = () =>
    it.until(
      async () => (await sql`select 1 from engine.items where kind <> 'sleep'`).length === 0,
      "the engine has nothing left to do",
    );
  const rows = async () => ({
    messages:
      await sql`select id::text, status, attempts, claimed_at::text, settled_at::text from messages order by id`,
    lanes: await sql`select no, open, drained, cursor::text, sent from lanes order by no`,
    dispatches:
      await sql`select id, status, version, audience, started_at::text, finished_at::text from dispatches`,
  });

  it.gateway.latencyMs = () => 20;
  await it.addOperator(RATE, 600);
  await it.addOperator(null, 1500);
  const release = it.gateway.holdAfter(500);
  await it.processes.startWorker();
  await it.addDispatch();
  await it.untilArrived(501);
  await replay();
  release();
  await it.until(() => it.isCompleted(), "the dispatch is completed");
  await untilIdle();
  await it.expectHonest();
  const before = await rows();
  await replay();
  await untilIdle();
  expect(await rows()).toEqual(before);
  expect(it.gateway.arrivals.length).toBe(2100);
});

test.concurrent("A dispatch of tomorrow costs no run until then: the engine knows its start, also when the web process ends at once, and a start that is moved is kept", async (context) => {
  const it = await Installation.forTest(context);
  await it.addOperator(null, 20);
  await it.processes.startWorker();
  const web = await it.processes.startWeb();
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  const ask = async (method: string, path: string, body: unknown) => {
    const answer = await fetch(`${web.url}/api/v1/dispatches/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(answer.ok).toBe(true);
    return (await answer.json()) as { id: string };
  };
  const day = 86_400_000;
  const body = { timezone: "UTC", start_datetime: at(day), end_datetime: at(2 * day), message_text: "Hello" };
  const moved = await ask("POST", "", body);
  const told = () => it.db.sql<{ id: string; started: boolean }[]>`
    select event::json -> 'data' ->> 'schedule' as id, started_at is not null as started from engine.runs
    where function_id = 'carillon-dispatch-lifecycle' and status <> 'cancelled' order by 1`;
  await it.until(async () => (await told()).length === 1, "the engine was told of it");
  expect(await told()).toEqual([{ id: `${moved.id}:1`, started: false }]);
  await ask("PATCH", `${moved.id}/`, { start_datetime: at(1_000) });
  await it.until(() => it.isCompleted(), "it is sent at its new start");
  await it.expectHonest();
  expect(await it.tally()).toEqual({ sent: 20 });
  // Its answer is out, and the process ends: what waits to be told is told.
  const last = await ask("POST", "", body);
  await web.end("SIGTERM");
  expect(await told()).toContainEqual({ id: `${last.id}:1`, started: false });
});

test.concurrent("SENDING=stopped where the web process has the functions: it stops sending before its first turn, names what is at risk, and sends once somebody says go on", async (context) => {
  const it = await Installation.forTest(context);
  await it.addOperator(null, 20);
  // Its engine; the engine calls whoever registered last.
  await it.processes.startWorker();
  const web = await it.processes.startWeb({
    WEB_FUNCTIONS: "on",
    SENDING: "stopped",
    SMS_GATEWAY_TOKEN: "web",
  });
  const put = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${web.url}${path}`, {
      method: "PUT",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  // As a real server asks for the functions.
  const app = { url: `${web.url}/api/inngest` };
  expect((await put("/api/inngest", app)).status).toBe(401);
  expect(
    (
      await put("/api/inngest", app, {
        "x-inngest-signature": sign(canonicalJson(app), it.processes.signingKey),
      })
    ).status,
  ).toBe(200);
  const id = await it.addDispatch();
  await it.until(
    async () =>
      (await it.db.sql`select 1 from dispatches where id = ${id} and status = 'running'`).length === 1,
    "the dispatch is opened",
  );
  const state = (await (await fetch(`${web.url}/api/v1/sending/`)).json()) as unknown;
  expect(state).toMatchObject({ state: "stopped", reason: "SENDING=stopped" });
  expect(web.output()).toContain("at_risk");
  expect(it.gateway.arrivals.length).toBe(0);
  expect((await put("/api/v1/sending/", { state: "on" })).status).toBe(200);
  await it.until(() => it.isCompleted(), "the dispatch is completed");
  await it.expectHonest();
  expect(new Set(it.gateway.arrivals.map((a) => a.authorization))).toEqual(new Set(["Bearer web"]));
});
