import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { migrateDatabase } from "@/db/migrate";
import { cancelDispatch } from "@/lib/services/dispatches/cancel-dispatch";
import { pauseDispatch } from "@/lib/services/dispatches/pause-dispatch";
import { resumeDispatch } from "@/lib/services/dispatches/resume-dispatch";
import { buildWhenStale } from "@/scripts/build";
import { startPostgres } from "@/scripts/postgres";
import { ApiClient, dueNow } from "./api-client";
import { Installation } from "./installation";

const RATE = 100;

beforeAll(() => buildWhenStale(console.log), 600_000);

test.concurrent("Postgres restarted every few seconds: the worker lives, nobody gets it twice, nothing is unknown", async ({
  onTestFinished,
}) => {
  const directory = await mkdtemp(join(tmpdir(), "carillon-restart-"));
  await chmod(directory, 0o755);
  let server = await startPostgres({ directory });
  const port = Number(new URL(server.url).port);
  await migrateDatabase(server.url);
  const it = await Installation.open(server.url);
  onTestFinished(async () => {
    await it.close();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });
  it.gateway.latencyMs = () => 300;
  const paced = await it.addOperator(RATE, 700);
  await it.addOperator(null, 1500);
  const worker = await it.processes.startWorker();
  await it.addDispatch();
  const awayMs: number[] = [];
  for (const count of [200, 500, 800, 1100]) {
    await it.untilArrived(count);
    await server.stop();
    await new Promise((done) => setTimeout(done, 1500));
    // Without a fresh look at the lane nothing is handed over: all that still goes is what the last
    // look allowed.
    const stillMs = Date.now();
    server = await startPostgres({ directory, port });
    expect(it.gateway.arrivals.filter((a) => a.atMs - a.blindMs > stillMs - 500 && a.atMs < stillMs)).toEqual(
      [],
    );
    const backMs = Date.now();
    const before = it.gateway.arrivals.length;
    expect(before).toBeLessThan(2200);
    await it.untilArrived(before + 1);
    awayMs.push(Date.now() - backMs);
  }
  await it.until(() => it.isCompleted(), "the dispatch is completed");
  expect(worker.hasEnded(), worker.output()).toBe(false);
  await it.expectHonest();
  expect(await it.tally()).toEqual({ sent: 2200 });
  await it.expectRateKept(paced, RATE);
  console.log(`went on after ${awayMs.join(", ")} ms`);
});

test.concurrent("Two workers and two web processes on one database: what is asked of both web processes at once is made once, both workers send, nobody gets it twice, the rate is kept", async (context) => {
  const it = await Installation.forTest(context);
  const paced = await it.addOperator(RATE, 600);
  await it.addOperator(null, 1500);
  it.gateway.latencyMs = () => 20;
  const first = await it.processes.startWorker({ SMS_GATEWAY_TOKEN: "first" });
  const webs = [await it.processes.startWeb(), await it.processes.startWeb()];
  const clients = webs.map(({ url }) => new ApiClient(() => url));
  const body = dueNow("hello");
  const [one, same] = await Promise.all(clients.map((client) => client.create("a", body)));
  expect(same).toBe(one);
  await it.untilArrived(100);
  const second = await it.processes.startWorkerBeside("shared", { SMS_GATEWAY_TOKEN: "second" });
  await second.ready;
  // A dispatch more: its turns go to whoever registered last, while the first one's are still held.
  const other = await clients[1]!.create("b");
  await it.until(() => it.isCompleted(), "both dispatches are completed");
  await it.expectHonest();
  expect(await it.tally()).toEqual({ sent: 4200 });
  expect([...new Set(it.gateway.arrivals.map((a) => a.authorization))].sort()).toEqual([
    "Bearer first",
    "Bearer second",
  ]);
  for (const client of clients)
    expect((await client.list()).map(({ id, status }) => [id, status])).toEqual([
      [other, "completed"],
      [one, "completed"],
    ]);
  await it.expectRateKept(paced, RATE);
  for (const process of [second, first, ...webs])
    expect(await process.end("SIGTERM"), process.output()).toBe(0);
});

test.concurrent("A worker that was frozen for longer than its turns and leases last, while another went on with its lanes: it claims nothing more, and nothing is sent twice", async (context) => {
  const it = await Installation.forTest(context, { connections: 16 });
  it.gateway.latencyMs = () => 20;
  const paced = await it.addOperator(RATE, 600);
  const unpaced = await it.addOperator(null, 6000);
  const engine = await it.processes.startWorker();
  const frozen = await it.processes.startWorkerBeside("shared", { SMS_GATEWAY_TOKEN: "frozen" });
  await frozen.ready;
  // The engine calls whoever registered last.
  await it.addDispatch();
  await it.untilArrived(300);
  const claimed = () => it.db.sql<{ id: string }[]>`
    select m.id::text from messages m join chunks c on c.no = m.chunk_no join lanes l on l.no = c.lane_no
    where c.state = 'claimed' and m.status = 'sending' and l.operator_no = ${unpaced}`;
  const inTransaction = () => it.db.sql`
    select 1 from pg_stat_activity where datname = current_database() and application_name = 'carillon worker' and xact_start is not null`;
  // In a moment when it holds what it has not begun to send, and no lock that all others would wait
  // for.
  await it.until(async () => {
    frozen.signal("SIGSTOP");
    if ((await inTransaction()).length === 0 && (await claimed()).length > 0) return true;
    frozen.signal("SIGCONT");
    return false;
  }, "it is frozen with a chunk that it has only claimed");
  await it.noteRisk();
  const left = (await claimed()).map(({ id }) => id);
  // The leases run out now instead of in 95 s; the turns by themselves.
  const held = await it.db
    .sql`update chunks set lease_until = clock_now() - interval '1 second' where state in ('claimed', 'started') returning no`;
  const turns = await it.db.sql<
    { token: string }[]
  >`select turn_token as token from lanes where turn_token is not null`;
  expect(turns.length).toBe(2);
  // The engine waits for the answers of a frozen worker, and would call it again. One that is made
  // anew knows only who is there.
  await engine.end("SIGKILL");
  await it.db.sql`drop schema engine, graphile_worker cascade`;
  await it.processes.startWorker({ SMS_GATEWAY_TOKEN: "other" });
  await it.until(async () => {
    const tokens = turns.map(({ token }) => token);
    const kept = await it.db.sql`select 1 from lanes where turn_token = any(${tokens}::uuid[])`;
    const sent = new Set(
      it.gateway.arrivals.filter((a) => a.authorization === "Bearer other").map((a) => a.id),
    );
    return kept.length === 0 && left.every((id) => sent.has(id));
  }, "the other has taken both lanes, and has sent what the frozen one had claimed");
  const thawedAt = it.gateway.arrivals.length;
  frozen.signal("SIGCONT");
  const found = () => frozen.output().match(/lease had run out/g)?.length ?? 0;
  await it.until(
    () => found() === held.length,
    "the thawed one has found that its chunks are no longer its own",
  );
  await it.until(() => it.isCompleted(), "the dispatch is completed");
  const late = it.gateway.arrivals
    .slice(thawedAt)
    .filter((a) => a.authorization === "Bearer frozen" && !it.atRisk.has(a.id));
  expect(late.slice(0, 5), `${late.length} messages that the thawed one had not begun to send`).toEqual([]);
  expect(frozen.hasEnded(), frozen.output()).toBe(false);
  await it.expectHonest();
  await it.expectRateKept(paced, RATE);
});

test.concurrent("A worker killed before a gateway that takes a repeated id once: what it was handing over goes again under its id, and nothing is unknown", async (context) => {
  const it = await Installation.forTest(context);
  // So that there is always something it has no answer to.
  it.gateway.latencyMs = () => 300;
  await it.addOperator(RATE, 200);
  await it.addOperator(null, 800);
  const killed = await it.processes.startWorker({ SMS_GATEWAY_IDEMPOTENT: "on" });
  await it.addDispatch();
  await it.untilArrived(200);
  await killed.end("SIGKILL");
  await it.noteRisk();
  const taken = [...it.gateway.ids()].filter((id) => it.atRisk.has(id));
  expect(taken.length, "messages the gateway took of which the rows do not know").toBeGreaterThan(0);
  await it.expireLeases();
  await it.processes.startWorker({ SMS_GATEWAY_IDEMPOTENT: "on" });
  await it.until(() => it.isCompleted(), "the dispatch is completed");
  expect(await it.tally()).toEqual({ sent: 1000 });
  expect(it.gateway.repeated().sort()).toEqual(taken.sort());
  await it.expectHonest(true);
});

/** The ids that a process has named as those of dispatches at risk. */
function atRiskOf(output: string): { id: string; accepted: number }[] {
  const line = output.split("\n").find((each) => each.includes('"at_risk"'));
  return line ? (JSON.parse(line) as { at_risk: { id: string; accepted: number }[] }).at_risk : [];
}

test.concurrent("SENDING=stopped on what a backup brings back: nothing goes out, what went on after the backup is named and nothing else, and once that is cancelled and somebody says go on nobody gets anything twice", async (context) => {
  const it = await Installation.forTest(context, { timeoutMs: 60_000 });
  await it.addOperator(RATE, 400);
  const few = await it.addOperator(null, 5);
  const slow = await it.addOperator(20, 40);
  it.gateway.latencyMs = () => 20;
  const killed = await it.processes.startWorker();
  const completed = await it.addDispatch({ operatorNo: few });
  await it.until(() => it.isCompleted([completed]), "one is completed");
  const release = it.gateway.holdAfter(15);
  const paused = await it.addDispatch({ operatorNo: slow });
  await it.untilArrived(16);
  await pauseDispatch(it.context, paused);
  release();
  const cancelled = await it.addDispatch({ startsInMs: 1_800_000 });
  await cancelDispatch(it.context, cancelled);
  await it.addDispatch({ startsInMs: 1_800_000 });
  const running = await it.addDispatch();
  await it.untilArrived(150);
  await killed.end("SIGKILL");
  // The backup is made while one is due that nobody has opened yet.
  const due = await it.addDispatch();
  const copy = await it.backUp(context);
  const [sent] = await copy.db.sql<{ n: number }[]>`
    select count(*)::int as n from messages m join dispatches d on d.no = m.id >> 32 where d.id = ${running} and m.status = 'sent'`;

  await it.expireLeases();
  await it.processes.startWorker();
  const unknownToIt: string[] = [];
  while (unknownToIt.length < 3) unknownToIt.push(await it.addDispatch({ operatorNo: few }));
  await it.until(() => it.isCompleted([running, due, ...unknownToIt]), "all goes on after the backup");
  await it.processes.endWorkers("SIGKILL");
  const wentOut = it.gateway.arrivals.length;

  await copy.expireLeases();
  const worker = await copy.processes.startWorker({ SENDING: "stopped" });
  await it.until(() => worker.output().includes("at_risk"), "the worker names what is at risk");
  const named = atRiskOf(worker.output());
  expect(named.map(({ id }) => id).sort()).toEqual([paused, running, due].sort());
  expect(named.find(({ id }) => id === running)!.accepted).toBe(sent!.n);
  // Its own sweep has looked at everything, recovered what was lost, and set nothing going.
  await copy.until(
    async () => (await copy.db.sql`select 1 from chunks where state in ('claimed', 'started')`).length === 0,
    "what the dead worker held is recovered",
  );
  await copy.until(
    async () =>
      (await copy.db.sql`select 1 from dispatches where id = ${due} and status = 'scheduled'`).length === 0,
    "the one that is due has opened",
  );
  expect(it.gateway.arrivals.length).toBe(wentOut);

  // As docs/operations.md has it. Of the one that was paused all the time nothing went out after
  // the backup.
  await cancelDispatch(copy.context, running);
  await cancelDispatch(copy.context, due);
  const web = await copy.processes.startWeb();
  const answer = await fetch(`${web.url}/api/v1/sending/`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ state: "on" }),
  });
  expect(answer.status).toBe(200);
  await resumeDispatch(copy.context, paused);
  const fresh = await copy.addDispatch({ operatorNo: few });
  await copy.until(() => copy.isCompleted([paused, fresh]), "what may go on is completed");
  // The ids of one that was made after the backup are not given again to another.
  expect(it.gateway.repeated()).toEqual([]);
  expect(it.gateway.arrivals.length - wentOut).toBeGreaterThan(5);
});
