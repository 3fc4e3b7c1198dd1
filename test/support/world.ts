import postgres from "postgres";
import { noTerms, type Terms, writeTerms } from "@/db/audience/terms";
import { openDb, type Sql } from "@/db/client";
import type { Hours } from "@/lib/domain/daily-hours";
import { DatabaseClock } from "@/lib/domain/database-clock";
import type { Gateway, Outcome, OutgoingMessage } from "@/lib/gateways/gateway";
import { type Context, systemActor } from "@/lib/services/context";
import { finishDispatch } from "@/lib/services/dispatches/finish-dispatch";
import { countDispatchAudience, openDispatch } from "@/lib/services/dispatches/open-dispatch";
import type { Announcement } from "@/lib/services/events";
import { Breakers } from "@/lib/services/sending/breakers";
import { DueSlots } from "@/lib/services/sending/due-slots";
import { LaneGates } from "@/lib/services/sending/lane-gates";
import type { LocalClock } from "@/lib/services/sending/local-clock";
import { SchemaGuard } from "@/lib/services/sending/schema-guard";
import type { SendingContext } from "@/lib/services/sending/sending-context";
import { sweep } from "@/lib/services/sending/sweep";
import { takeTurn } from "@/lib/services/sending/take-turn";
import { cloneDatabase } from "./database";
import { Life, riskySql } from "./process-at-risk";

/** One hand-over, as the gateway saw it. */
export interface HandOver {
  id: string;
  phone: string;
  text: string;
  sender: string | null;
  validUntilMs: number;
  validForMs: number;
  dispatchNo: number;
  recipientNo: number;
  /** When it came, on the world's clock; ms. */
  atMs: number;
  /** What the gateway made of it, once it has. */
  outcome?: Outcome;
}

/**
 * A gateway that does as told and writes down everything it is handed. One for all processes of a
 * world, as in life.
 */
export class FakeGateway {
  readonly log: HandOver[] = [];
  idempotent = false;
  connectionsMax = 500;
  /** Decides the outcome of a hand-over; `nth` counts those of this message, from 1. */
  respond: (handOver: HandOver, nth: number) => Outcome | Promise<Outcome> = () => ({ kind: "accepted" });
  /** How long a message is held up on its way, by a connection that must be opened first, say. */
  heldUpMs: (message: OutgoingMessage) => number = () => 0;
  /** Messages that were not to go any more when they would have been written. */
  withheld = 0;
  private seen = new Map<string, number>();
  private watchers: (() => void)[] = [];

  async take(
    { id, phone, text, sender = null, validUntilMs, validForMs }: OutgoingMessage,
    atMs: number,
  ): Promise<Outcome> {
    const big = BigInt(id);
    const handOver: HandOver = {
      id,
      phone,
      text,
      sender,
      validUntilMs,
      validForMs,
      dispatchNo: Number(big >> 32n),
      recipientNo: Number(big & 0xffffffffn),
      atMs,
    };
    const nth = (this.seen.get(id) ?? 0) + 1;
    this.seen.set(id, nth);
    this.log.push(handOver);
    for (const tell of this.watchers.splice(0)) tell();
    handOver.outcome = await this.respond(handOver, nth);
    return handOver.outcome;
  }

  /** Resolves when at least so many hand-overs have come. */
  async until(count: number): Promise<void> {
    while (this.log.length < count) await new Promise<void>((resolve) => this.watchers.push(resolve));
  }
}

/** Real time plus an offset that a test moves: waits of minutes pass at once. */
class WorldClock implements LocalClock {
  offsetMs = 0;
  sleptMs = 0;
  private wakers = new Set<() => void>();

  now(): number {
    return performance.timeOrigin + performance.now() + this.offsetMs;
  }

  timeOfDay(): number {
    return this.now() + this.sleptMs;
  }

  jump(ms: number): void {
    this.offsetMs += ms;
    for (const wake of [...this.wakers]) wake();
  }

  async sleepUntil(localMs: number, signal?: AbortSignal): Promise<void> {
    for (;;) {
      const leftMs = localMs - this.now();
      if (leftMs <= 0 || signal?.aborted) return;
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.wakers.delete(wake);
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        const timer = setTimeout(wake, Math.min(leftMs, 2 ** 31 - 1));
        this.wakers.add(wake);
        signal?.addEventListener("abort", wake, { once: true });
      });
    }
  }
}

/**
 * A worker process, pretended: a pool, a copy of the lanes' state and breakers of its own, and a
 * life that can end at any statement.
 */
export interface Process {
  /** What its connections are called, and `chunks.worker`. */
  name: string;
  ctx: SendingContext;
  life: Life;
  /** What `ctx.announce` was told. */
  announced: Announcement[];
  /** SIGTERM. */
  stop(): void;
  /** `kill -9`: freezes it for good and drops its connections. */
  kill(): Promise<void>;
  /** Closes its connections, at once when it is dead. */
  disconnect(): Promise<void>;
  /** Resolves when everything the process keeps is done. */
  quiet(): Promise<void>;
}

export interface DispatchInput {
  operatorNo?: number | null;
  tagNo?: number | null;
  terms?: Partial<Terms>;
  startInMs?: number;
  endInMs?: number;
  segments?: number;
  text?: string;
  personal?: boolean;
  maxSegments?: number;
  localTime?: Hours | null;
  ignoreQuietHours?: boolean;
}

export interface DispatchRef {
  id: string;
  no: number;
}

/**
 * What the rows alone forget: which process claimed a chunk, each time a message was claimed and
 * what that claim could see, and each time somebody opted out. A trigger function that is `stable`
 * sees with the snapshot of the statement that fired it; any other would take a newer one.
 */
const WITNESSES = `
  alter table chunks add column worker text not null default current_setting('application_name');
  alter table messages add column seen pg_snapshot;
  create function witness_snapshot() returns trigger language plpgsql stable as
    'begin new.seen = pg_current_snapshot(); return new; end';
  create trigger witness_snapshot before insert or update on messages for each row
    when (new.status = 'sending') execute function witness_snapshot();
  create table test_claims (message_id bigint, chunk_no bigint, seen pg_snapshot not null);
  create function witness_claims() returns trigger language plpgsql as
    'begin insert into test_claims select id, chunk_no, seen from written where status = ''sending''; return null; end';
  create trigger witness_inserts after insert on messages referencing new table as written for each statement execute function witness_claims();
  create trigger witness_updates after update on messages referencing new table as written for each statement execute function witness_claims();
  create table test_opt_outs (no bigserial, recipient_no bigint, at timestamptz not null default clock_now(), by xid8 not null default pg_current_xact_id());
  create function witness_opt_outs() returns trigger language plpgsql as
    'begin insert into public.test_opt_outs (recipient_no) values (new.no); return null; end';
  create trigger witness_opt_outs after update on recipients for each row
    when (old.opted_out_at is null and new.opted_out_at is not null) execute function witness_opt_outs()`;

/** A database of its own with a clock that can be moved, a gateway, and the processes that send. */
export class World {
  readonly clock = new WorldClock();
  readonly gateway = new FakeGateway();
  private processes: Process[] = [];

  private constructor(
    readonly url: string,
    readonly sql: Sql,
    private dropDatabase: () => Promise<void>,
  ) {}

  /** @param given a database that something is in already; it goes with the world */
  static async open(given?: Awaited<ReturnType<typeof cloneDatabase>>): Promise<World> {
    const database = given ?? (await cloneDatabase());
    const sql = postgres(database.url, { max: 4, onnotice: () => {} }) as Sql;
    await sql`create table test_clock (offset_ms float8 not null)`;
    await sql`insert into test_clock values (0)`;
    await sql.unsafe(`create or replace function clock_now() returns timestamptz language sql volatile parallel safe as
      'select clock_timestamp() + (select offset_ms from public.test_clock) * interval ''1 millisecond'''`);
    await sql.unsafe(WITNESSES);
    return new World(database.url, sql, database.drop);
  }

  async close(): Promise<void> {
    for (const process of this.processes) if (!process.life.isFrozen) process.stop();
    await Promise.all(this.processes.filter((p) => !p.life.isFrozen).map((p) => p.quiet()));
    await this.disconnect("test worker%");
    await Promise.all(this.processes.map((p) => p.disconnect()));
    await this.sql.end();
    await this.dropDatabase();
  }

  /** Ends the transactions of a process that died, as its closed sockets would. */
  private async disconnect(name: string): Promise<void> {
    await this.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name like ${name} and xact_start is not null and query not like '%pg_catalog.pg_type%'`;
  }

  /**
   * Moves everybody's clock: the database's and that of all processes. `atRest`: no process that
   * lives is at work.
   */
  async jump(ms: number, { atRest = false } = {}): Promise<void> {
    await this.sql`update test_clock set offset_ms = offset_ms + ${ms}`;
    this.clock.jump(ms);
    if (!atRest) this.jumps.push({ toMs: await this.databaseNowMs(), ms });
  }

  /** Moves everybody's clock to an instant to come. */
  async jumpTo(at: string): Promise<void> {
    await this.jump(Date.parse(at) - (await this.databaseNowMs()), { atRest: true });
  }

  /** The jumps while a process may have been at work, and when they ended, database clock. */
  readonly jumps: { toMs: number; ms: number }[] = [];

  /** The processes that died or stood still. */
  get unwell(): string[] {
    return this.processes.filter(({ life }) => life.wasFrozen).map(({ name }) => name);
  }

  /**
   * How far the database's clock was stepped in all: two of its readings tell no order of what lies
   * closer together.
   */
  steppedMs = 0;

  /** Steps the database's clock alone, as NTP or an operator may. */
  async stepDatabaseClock(ms: number): Promise<void> {
    this.steppedMs += Math.abs(ms);
    await this.sql`update test_clock set offset_ms = offset_ms + ${ms}`;
  }

  /**
   * The machine of all processes sleeps: their own clocks stand still, the database's, which is
   * elsewhere, and the time of day go on.
   */
  async sleepMachine(ms: number): Promise<void> {
    await this.stepDatabaseClock(ms);
    this.clock.sleptMs += ms;
  }

  /** Opens one more worker process. */
  process(): Process {
    const life = new Life();
    const name = `test worker ${this.processes.length}`;
    const pool = openDb(this.url, { max: 6, name });
    const clock: LocalClock = {
      now: () => this.clock.now(),
      timeOfDay: () => this.clock.timeOfDay(),
      sleepUntil: async (localMs, signal) => {
        await this.clock.sleepUntil(localMs, signal);
        await life.alive();
      },
    };
    const gateway: Gateway = {
      name: "fake",
      connectionsMax: this.gateway.connectionsMax,
      idempotent: this.gateway.idempotent,
      send: async (handOver) => {
        const { message } = handOver;
        await life.alive();
        const heldUpMs = this.gateway.heldUpMs(message);
        if (heldUpMs > 0) await this.clock.sleepUntil(this.clock.now() + heldUpMs);
        // It goes within this call: not earlier than this.
        const atMs = this.clock.now();
        if (!handOver.go()) {
          this.gateway.withheld++;
          return handOver.over({ kind: "withheld" });
        }
        const outcome = await this.gateway.take(message, atMs);
        life.deeds++;
        await life.alive();
        handOver.over(outcome);
      },
      close: async () => {},
    };
    const databaseClock = new DatabaseClock();
    const stopping = new AbortController();
    const kept = new Set<Promise<void>>();
    const announced: Announcement[] = [];
    const sql = riskySql(pool.sql, life);
    const ctx: SendingContext = {
      db: { sql, orm: pool.orm, close: pool.close },
      now: () => new Date(this.clock.now()),
      actor: systemActor("test"),
      announce: async (events) => void announced.push(...events),
      gatewayOf: () => gateway,
      clock,
      databaseClock,
      gates: new LaneGates(sql, clock, databaseClock, () => {}),
      schema: new SchemaGuard(),
      breakers: new Breakers(),
      semaphores: new Map(),
      dueSlots: new DueSlots(),
      stopping: stopping.signal,
      waitUntil: async (work) => {
        const done = work.finally(() => kept.delete(done));
        kept.add(done);
      },
      random: () => 0,
    };
    const process: Process = {
      name,
      ctx,
      life,
      announced,
      stop: () => stopping.abort(),
      kill: async () => {
        life.freeze();
        await this.disconnect(name);
      },
      disconnect: () => pool.sql.end({ timeout: life.isFrozen ? 0 : 5 }),
      quiet: async () => {
        while (kept.size > 0) await Promise.all(kept);
      },
    };
    this.processes.push(process);
    return process;
  }

  /** A context that is no worker: the web process's. */
  web(): Context {
    const { db, now, actor } = this.process().ctx;
    return { db, now, actor, announce: async () => {} };
  }

  async addOperator(rate: number | null): Promise<number> {
    const [row] = await this.sql<{ no: number }[]>`
      insert into operators (id, code, name, rate) select gen_random_uuid(), 'op' || count(*), 'Operator', ${rate} from operators returning no`;
    return row!.no;
  }

  async addTag(): Promise<number> {
    const [row] = await this.sql<
      { no: number }[]
    >`insert into tags (id, name) select gen_random_uuid(), 'tag' || count(*) from tags returning no`;
    return row!.no;
  }

  /** @returns the recipients' numbers */
  async addRecipients(
    operatorNo: number,
    count: number,
    tagNo?: number,
    zone: string | null = null,
  ): Promise<number[]> {
    const rows = await this.sql<{ no: string }[]>`
      insert into recipients (phone, operator_no, timezone)
      select '+7900' || lpad((i + (select coalesce(max(no), 0) from recipients))::text, 7, '0'), ${operatorNo}::int, ${zone}::text
      from generate_series(1, ${count}::int) i returning no`;
    const nos = rows.map((row) => Number(row.no));
    if (tagNo !== undefined)
      await this.sql`insert into recipient_tags select ${tagNo}::int, no from unnest(${nos}::bigint[]) no`;
    return nos;
  }

  async addDispatch(input: DispatchInput = {}): Promise<DispatchRef> {
    const { startInMs = -1000, endInMs = 3_600_000, segments = 1, text = "hello" } = input;
    // As somebody would have typed it: an edit reads it again.
    const typed = (column: string) =>
      this.sql`to_char(c.${this.sql(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
    const [row] = await this.sql<{ id: string; no: number }[]>`
      with c as materialized (
        select clock_now() + ${startInMs}::float8 * interval '1 millisecond' as start, clock_now() + ${endInMs}::float8 * interval '1 millisecond' as "end"
      )
      insert into dispatches (id, timezone, start_at, end_at, start_input, end_input, message_text, segments, operator_no, tag_no,
        local_time, ignore_quiet_hours, personal, max_segments)
      select gen_random_uuid(), 'UTC', c.start, c."end", ${typed("start")}, ${typed("end")},
        ${text}, ${segments}::int, ${input.operatorNo ?? null}::int, ${input.tagNo ?? null}::int,
        ${input.localTime ? JSON.stringify(input.localTime) : null}::text::jsonb, ${input.ignoreQuietHours ?? false}::boolean,
        ${input.personal ?? false}::boolean, ${input.maxSegments ?? null}::int from c
      returning id, no`;
    if (input.terms) {
      await this.sql.begin((tx) => writeTerms(tx, { dispatchNo: row!.no }, { ...noTerms, ...input.terms }));
      await this.sql`update dispatches set has_terms = true where no = ${row!.no}`;
    }
    return row!;
  }

  async statusOf(dispatch: DispatchRef): Promise<string> {
    const [row] = await this.sql<
      { status: string }[]
    >`select status from dispatches where no = ${dispatch.no}`;
    return row!.status;
  }

  /** How many messages of the dispatch stand in each status, from the messages themselves. */
  async tally(dispatch: DispatchRef): Promise<Record<string, number>> {
    const rows = await this.sql<{ status: string; n: number }[]>`
      select status, count(*)::int as n from messages where id >> 32 = ${dispatch.no} group by status order by status`;
    return Object.fromEntries(rows.map((row) => [row.status, row.n]));
  }

  /** Opens a dispatch that is due, and counts its audience; as the lifecycle function does. */
  async openIt(process: Process, dispatch: DispatchRef): Promise<{ lane: number; operator: number }[]> {
    const opened = await openDispatch(process.ctx, dispatch.id, 1);
    if (opened.kind !== "open") throw new Error(`the dispatch is ${opened.kind}`);
    await countDispatchAudience(process.ctx, dispatch.id);
    return opened.lanes;
  }

  /**
   * Takes turns on a lane until nothing is left for it; waits longer than a turn pass at once. As
   * the lane function does.
   */
  async runLane(process: Process, lane: number, turnMs = 2_000): Promise<void> {
    for (;;) {
      const turn = await Promise.race([takeTurn(process.ctx, lane, turnMs), process.life.whenFrozen()]);
      if (!turn || turn.next === "done" || process.ctx.stopping.aborted) return;
      if (turn.next === "later") {
        await process.quiet();
        const aheadMs = Date.parse(turn.at) - (await this.databaseNowMs());
        if (aheadMs > 0) await this.jump(aheadMs + 1);
      }
    }
  }

  /**
   * Takes turns on a lane, short ones, until at least so many more were handed over; resolves when
   * they have settled.
   */
  async handOver(process: Process, lane: number, count: number): Promise<void> {
    const enough = this.gateway.log.length + count;
    while (this.gateway.log.length < enough) {
      await takeTurn(process.ctx, lane, 100);
      await process.quiet();
    }
  }

  /** Opens the dispatch and runs its lanes to the end; resolves when everything has settled. */
  async run(process: Process, dispatch: DispatchRef): Promise<void> {
    const lanes = await this.openIt(process, dispatch);
    await Promise.all(lanes.map(({ lane }) => this.runLane(process, lane)));
    await this.runAnnounced(process);
  }

  /** Takes the turns the process asks for until it asks for no more; as the engine does. */
  async runAnnounced(process: Process): Promise<void> {
    for (;;) {
      await Promise.race([process.quiet(), process.life.whenFrozen()]);
      const lanes = new Set(
        process.announced
          .splice(0)
          .flatMap((event) => (event.name === "lane/turn.due" ? [event.data.lane] : [])),
      );
      if (lanes.size === 0 || process.life.isFrozen) return;
      await Promise.all([...lanes].map((lane) => this.runLane(process, lane)));
    }
  }

  /** What the sweep does, and the turns it asks for. */
  async sweep(
    process: Process,
    on: { onDispatch?: (id: string, version: number) => Promise<unknown> } = {},
  ): Promise<void> {
    await sweep(process.ctx, 0);
    for (const event of process.announced) {
      if (event.name === "dispatch/scheduled")
        await on.onDispatch?.(event.data.id, Number(event.data.schedule.split(":")[1]));
    }
    await this.runAnnounced(process);
  }

  finish(process: Process, dispatch: DispatchRef): Promise<boolean> {
    return finishDispatch(process.ctx, dispatch.id);
  }

  /** Everything that may not change by a replay. */
  async snapshot(): Promise<unknown> {
    return {
      dispatches: await this.sql`select * from dispatches order by no`,
      lanes: await this
        .sql`select no, open, cursor, drained, sending, deferred, sent, failed, unknown from lanes order by no`,
      chunks: await this.sql`select * from chunks order by no`,
      messages: await this.sql`select * from messages order by id`,
      audit: await this.sql`select count(*) from audit_log`,
    };
  }

  /** Waits until it holds; the test's own time-out is the limit. */
  async until(holds: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  async databaseNowMs(): Promise<number> {
    const [row] = await this.sql<
      { ms: number }[]
    >`select extract(epoch from clock_now())::float8 * 1000 as ms`;
    return row!.ms;
  }
}
