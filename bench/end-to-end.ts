import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Db } from "@/db/client";
import { systemActor } from "@/lib/services/context";
import { cancelDispatch } from "@/lib/services/dispatches/cancel-dispatch";
import { createDispatch } from "@/lib/services/dispatches/create-dispatch";
import { buildProcessesWhenStale, buildWhenStale } from "@/scripts/build";
import { Processes } from "@/test/process/processes";
import { parentOf, processorUs } from "./processor";
import {
  addOperator,
  type Listener,
  mostInASecond,
  openDatabase,
  perSecond,
  quantile,
  runProgram,
} from "./setup";

const CONNECTIONS = 64;
/**
 * The peers are new processes each time: their first messages compile the code, and are not
 * counted.
 */
const WARM_UP = 20_000;
/** Of one to three segments, as {@link EndToEnd.nameEverybody} has them. */
export const PERSONAL_TEXT = "To {{name}}: {{more}}";

/** Real worker processes over HTTP, on a database of their own. */
export class EndToEnd {
  private constructor(
    readonly db: Db,
    private listener: Listener,
    private processes: Processes,
  ) {}

  /** @param gateways a file of them, in place of the listener alone */
  static async open(
    serverUrl: string,
    name: string,
    listener: Listener,
    count = 1,
    gateways?: string,
  ): Promise<EndToEnd> {
    await buildProcessesWhenStale();
    const { url, db } = await openDatabase(serverUrl, name);
    const processes = new Processes({
      databaseUrl: url,
      gatewayUrl: listener.url,
      timeoutMs: 30_000,
      connections: CONNECTIONS,
    });
    await processes.startWorker(gateways === undefined ? {} : { GATEWAYS_FILE: gateways });
    for (let more = 1; more < count; more++) await (await processes.startWorkerBeside("shared")).ready;
    return new EndToEnd(db, listener, processes);
  }

  async close(): Promise<void> {
    await this.processes.endAll("SIGTERM");
    await this.db.close();
  }

  /**
   * Starts a web process. `post` sends it the body of a create, and throws when it is not answered
   * by 201; `list` reads the newest dispatches.
   */
  async openWeb(): Promise<{
    post: (body: string) => Promise<void>;
    list: () => Promise<void>;
    pid: number;
  }> {
    await buildWhenStale(console.log);
    const { url, pid } = await this.processes.startWeb();
    const list = async () => void (await (await fetch(`${url}/api/v1/dispatches/`)).arrayBuffer());
    const post = async (body: string) => {
      const answer = await fetch(`${url}/api/v1/dispatches/`, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": randomUUID() },
        body,
      });
      if (answer.status !== 201)
        throw new Error(`a create was answered by ${answer.status}: ${await answer.text()}`);
      await answer.arrayBuffer();
    };
    return { post, list, pid };
  }

  /** Processor time that the workers have taken so far, in microseconds. */
  workerUs(): number {
    return this.processes.pids().reduce((sum, pid) => sum + processorUs(pid), 0);
  }

  /**
   * Resolves when the engine knows of so many dispatches that are not over, and all that it was
   * told is done.
   */
  async untilTold(count: number): Promise<void> {
    for (;;) {
      const [row] = await this.db.sql<{ told: number; due: number }[]>`
        select (select count(*)::int from engine.runs where function_id like '%dispatch-lifecycle' and ended_at is null) as told,
          (select count(*)::int from graphile_worker._private_jobs where run_at <= now()) as due`;
      if (row!.told >= count && row!.due === 0) return;
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  async cancelRunning(): Promise<void> {
    const context = {
      db: this.db,
      now: () => new Date(),
      actor: systemActor("bench"),
      announce: this.processes.announce,
    };
    const rows = await this.db.sql<{ id: string }[]>`select id from dispatches where status = 'running'`;
    for (const { id } of rows) await cancelDispatch(context, id);
  }

  /** Accepts a dispatch as the API does. */
  async dispatch(
    startAt: Date,
    tag: string | null = null,
    operator: string | null = null,
    text = "hello",
  ): Promise<void> {
    const context = {
      db: this.db,
      now: () => new Date(),
      actor: systemActor("bench"),
      announce: this.processes.announce,
    };
    const typed = (at: Date) => at.toISOString().slice(0, 19);
    const body = {
      timezone: "UTC",
      start_datetime: typed(startAt),
      end_datetime: typed(new Date(startAt.getTime() + 3_600_000)),
      message_text: text,
      filter_tag: tag,
      filter_mobile_operator_code: operator,
    };
    await createDispatch(context, body);
  }

  /**
   * Sends to everybody. @returns messages a second between the first arrival and the last, and the
   * processor time of one by who took it
   */
  async sendAll(
    count: number,
    text?: string,
  ): Promise<{ rate: number; processorUs: Record<"worker" | "Postgres" | "listener", number> }> {
    const [row] = await this.db.sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    const pids = {
      worker: this.processes.pids()[0]!,
      Postgres: parentOf(row!.pid),
      listener: this.listener.pid,
    };
    const look = () => ({
      worker: processorUs(pids.worker),
      Postgres: processorUs(pids.Postgres),
      listener: processorUs(pids.listener),
    });
    await this.listener.take();
    const before = look();
    await this.dispatch(new Date(Date.now() - 60_000), null, null, text);
    await this.listener.until(count);
    await this.untilOver();
    const after = look();
    const of = (who: keyof typeof before) => (after[who] - before[who]) / count;
    return {
      rate: perSecond(await this.listener.take()),
      processorUs: { worker: of("worker"), Postgres: of("Postgres"), listener: of("listener") },
    };
  }

  /**
   * Sends three dispatches at once to one paced operator, for about `seconds` in all.
   * @returns the share of the rate that was used, and how many came in the fullest second: as a
   * listener saw them that was late at times
   *   itself, and as they must have come at the least
   */
  async fillRate(rate: number, seconds: number): Promise<{ used: number; seen: number; certain: number }> {
    const people = Math.round((rate * seconds) / 3);
    const no = await addOperator(this.db, rate, people);
    const [operator] = await this.db.sql<{ id: string }[]>`select id from operators where no = ${no}`;
    await this.listener.take();
    for (let i = 0; i < 3; i++) await this.dispatch(new Date(Date.now() - 60_000), null, operator!.id);
    await this.listener.until(3 * people);
    await this.untilOver();
    const arrivals = await this.listener.take();
    return { used: perSecond(arrivals) / rate, ...mostInASecond(arrivals) };
  }

  /** Gives everybody what {@link PERSONAL_TEXT} names, for one, two or three segments. */
  async nameEverybody(): Promise<void> {
    await this.db.sql`
      update recipients set attributes = jsonb_build_object('name', 'Anna ' || no,
        'more', repeat('x', (array[10, 170, 330])[1 + no % 3]))
      where attributes = '{}'`;
    await this.db.sql`insert into attribute_names values ('name'), ('more') on conflict do nothing`;
    await this.db.sql`vacuum analyze recipients`;
  }

  /**
   * Sends a personal dispatch to one paced operator, for about `seconds`.
   * @returns what {@link fillRate} does, of segments, and how many texts were not their person's
   */
  async fillPersonal(
    rate: number,
    seconds: number,
  ): Promise<{ used: number; seen: number; certain: number; wrong: number }> {
    const { sql } = this.db;
    const people = Math.round((rate * seconds) / 2);
    const no = await addOperator(this.db, rate, people);
    await this.nameEverybody();
    const [operator] = await sql<{ id: string }[]>`select id from operators where no = ${no}`;
    await this.listener.take();
    await this.dispatch(new Date(Date.now() - 60_000), null, operator!.id, PERSONAL_TEXT);
    await this.listener.until(people);
    await this.untilOver();
    const arrivals = await this.listener.take();
    const rows = await sql<{ id: string; segments: number; isOwn: boolean }[]>`
      select t.message_id::text as id, t.segments,
        t.text = 'To ' || (r.attributes ->> 'name') || ': ' || (r.attributes ->> 'more') as "isOwn"
      from message_texts t join recipients r on r.no = (t.message_id & 4294967295)
      where r.operator_no = ${no}`;
    const segmentsOf = new Map(rows.map(({ id, segments }) => [id, segments]));
    const segments = arrivals.flatMap((arrival) => new Array(segmentsOf.get(arrival.id)!).fill(arrival));
    const wrong = rows.filter(({ isOwn }) => !isOwn).length + people - rows.length;
    return { used: perSecond(segments) / rate, ...mostInASecond(segments), wrong };
  }

  /**
   * Sends one dispatch to a paced operator for about `seconds`, beside lanes without a rate.
   * @param others numbers of their operators, whose people are more than can be sent to in that
   * time
   * @param text of the others
   * @returns the share of its rate that was used, and how many messages a second the others sent
   * meanwhile
   */
  async useBeside(
    rate: number,
    seconds: number,
    others: number[],
    text?: string,
  ): Promise<{ used: number; beside: number }> {
    const { sql } = this.db;
    const idOf = async (no: number) =>
      (await sql<{ id: string }[]>`select id from operators where no = ${no}`)[0]!.id;
    const paced = await idOf(await addOperator(this.db, rate, Math.round(rate * seconds)));
    await this.listener.take();
    for (const no of others) await this.dispatch(new Date(Date.now() - 60_000), null, await idOf(no), text);
    // They are at full speed.
    if (others.length > 0) await this.listener.until(5_000);
    await this.dispatch(new Date(Date.now() - 60_000), null, paced);
    const [row] = await sql<{ no: number }[]>`select max(no) as no from dispatches`;
    const isOver = async () =>
      (await sql`select 1 from dispatches where no = ${row!.no} and status = 'completed'`).length > 0;
    while (!(await isOver())) await new Promise((done) => setTimeout(done, 100));
    const arrivals = await this.listener.take();
    await this.cancelRunning();
    await this.listener.untilQuiet();
    const isOurs = ({ id }: { id: string }) => Number(BigInt(id) >> 32n) === row!.no;
    const ours = arrivals.filter(isOurs);
    const meanwhile = arrivals.filter(
      (a) => !isOurs(a) && a.atMs >= ours[0]!.atMs && a.atMs <= ours.at(-1)!.atMs,
    );
    return { used: perSecond(ours) / rate, beside: meanwhile.length > 1 ? perSecond(meanwhile) : 0 };
  }

  /**
   * Milliseconds from the planned start to the first arrival, for so many dispatches to one person
   * each, two or three a second.
   */
  async startLags(dispatches: number): Promise<{ p50: number; p99: number }> {
    const { sql } = this.db;
    await addOperator(this.db, null, dispatches);
    const tags = await sql<{ id: string }[]>`
      with people as (select no, row_number() over (order by no) as i from recipients order by no limit ${dispatches}),
      made as (insert into tags (id, name) select gen_random_uuid(), 'tag ' || i from people returning no, id, name),
      tied as (insert into recipient_tags (tag_no, recipient_no) select m.no, p.no from made m join people p on m.name = 'tag ' || p.i)
      select id from made`;
    await this.listener.take();
    const firstMs = Math.ceil(Date.now() / 1000) * 1000 + 8_000;
    for (const [i, tag] of tags.entries())
      await this.dispatch(new Date(firstMs + Math.floor(i * 0.4) * 1000), tag.id);
    await this.listener.until(dispatches, 90_000);
    const rows = await sql<
      { no: string; startMs: number }[]
    >`select no::text, extract(epoch from start_at)::float8 * 1000 as "startMs" from dispatches`;
    const startOf = new Map(rows.map((row) => [row.no, row.startMs]));
    const lags = (await this.listener.take()).map(
      ({ id, atMs }) => atMs - startOf.get(String(BigInt(id) >> 32n))!,
    );
    return { p50: quantile(lags, 0.5), p99: quantile(lags, 0.99) };
  }

  private async untilOver(): Promise<void> {
    for (;;) {
      const [row] = await this.db.sql<
        { n: number }[]
      >`select count(*)::int as n from dispatches where status <> 'completed'`;
      if (row!.n === 0) return;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}

/** @returns messages a second, and the processor time of one in microseconds */
export async function bareLoop(
  listener: Listener,
  count: number,
  client: "pool" | "dispatch",
): Promise<{ rate: number; processorUs: number }> {
  await listener.take();
  const args = [listener.url, String(count + WARM_UP), String(CONNECTIONS), String(WARM_UP), client];
  const { processorUs } = await runProgram<{ processorUs: number }>("bare-loop.ts", args);
  return { rate: perSecond((await listener.take()).slice(WARM_UP)), processorUs };
}

/**
 * Messages a second by a queue with one job a message: of sending alone, and with the time that
 * adding the jobs took.
 */
export interface QueueRate {
  sending: number;
  withAdding: number;
}

function queueRate(sending: number, count: number, addedMs: number): QueueRate {
  return { sending, withAdding: 1_000 / (1_000 / sending + addedMs / (count + WARM_UP)) };
}

/** @returns undefined when bench/ has not got its packages */
export async function bossLoop(
  url: string,
  listener: Listener,
  count: number,
  batch: number,
): Promise<QueueRate | undefined> {
  if (!existsSync(join(import.meta.dirname, "node_modules", "pg-boss"))) return undefined;
  await listener.take();
  const args = [url, listener.url, String(count + WARM_UP), String(CONNECTIONS), String(batch)];
  const { addedMs } = await runProgram<{ addedMs: number }>("boss-loop.mjs", args);
  return queueRate(perSecond((await listener.take()).slice(WARM_UP)), count, addedMs);
}

export async function graphileLoop(
  db: Db,
  url: string,
  listener: Listener,
  count: number,
): Promise<QueueRate> {
  const startedMs = performance.now();
  await db.sql`select graphile_worker.add_jobs(array(
    select row('send', json_build_object('id', i, 'phone', 79000000000 + i, 'text', 'hello'), null, null, null, null, null, null)::graphile_worker.job_spec
    from generate_series(1, ${count + WARM_UP}::int) i))`;
  const addedMs = performance.now() - startedMs;
  await listener.take();
  await runProgram("graphile-loop.ts", [url, listener.url, String(count + WARM_UP), String(CONNECTIONS)]);
  return queueRate(perSecond((await listener.take()).slice(WARM_UP)), count, addedMs);
}
