import { expect, type TestContext } from "vitest";
import { type Db, openDb } from "@/db/client";
import { type Context, systemActor } from "@/lib/services/context";
import { createDispatch } from "@/lib/services/dispatches/create-dispatch";
import { cloneDatabase, copyDatabase } from "@/test/support/database";
import { expectCountersExact } from "@/test/support/sending-oracle";
import { type Arrival, GatewayLog } from "./gateway-log";
import { Processes, type ProcessSettings } from "./processes";

/** Longer than anything takes on a machine that is busy with many processes. */
const WAIT_MS_MAX = 400_000;
/**
 * What a message may come late, in seconds of the rate: far more than one does, far less than a
 * second sender at full rate brings.
 */
const LATE_S_MAX = 0.5;

/** Who a dispatch goes to and when it starts; without it everybody, and at once. */
interface DispatchOptions {
  operatorNo?: number;
  startsInMs?: number;
}

/** A message of a chunk that a worker had started. */
interface Started {
  id: string;
  chunk: string;
  lane: number;
  /** Its operator's. */
  rate: number | null;
}

/** A database, a gateway and the worker processes between them. */
export class Installation {
  /**
   * Ids that a killed or frozen worker may have been handing over: only these may end as unknown.
   */
  readonly atRisk = new Set<string>();
  /** What the services are called with, as the API and the engine call them. */
  readonly context: Context;

  private constructor(
    readonly db: Db,
    readonly gateway: GatewayLog,
    readonly processes: Processes,
    private settings: ProcessSettings,
  ) {
    this.context = { db, now: () => new Date(), actor: systemActor("test"), announce: processes.announce };
  }

  /** @param gateway one that another installation sends to as well */
  static async open(
    databaseUrl: string,
    settings: Partial<ProcessSettings> = {},
    gateway?: GatewayLog,
  ): Promise<Installation> {
    const log = gateway ?? (await GatewayLog.listen());
    const db = openDb(databaseUrl, { max: 4, name: "process test" });
    const all = { ...settings, databaseUrl, gatewayUrl: log.url };
    return new Installation(db, log, new Processes(all), all);
  }

  /** One on a database of its own, which goes with the test. */
  static async forTest(
    { onTestFinished }: TestContext,
    settings?: Partial<ProcessSettings>,
  ): Promise<Installation> {
    const database = await cloneDatabase();
    const it = await Installation.open(database.url, settings);
    onTestFinished(async () => {
      await it.close();
      await database.drop();
    });
    return it;
  }

  /**
   * What a backup made at this moment brings back, before the same gateway; it goes with the test.
   * Only while no process lives.
   */
  async backUp({ onTestFinished }: TestContext): Promise<Installation> {
    const database = await copyDatabase(this.settings.databaseUrl);
    const copy = await Installation.open(database.url, this.settings, this.gateway);
    onTestFinished(async () => {
      await copy.close();
      await database.drop();
    });
    return copy;
  }

  async close(): Promise<void> {
    await this.processes.endAll("SIGKILL");
    await this.gateway.close();
    await this.db.close();
  }

  /** @returns the operator's number */
  async addOperator(rate: number | null, recipients: number): Promise<number> {
    const { sql } = this.db;
    const [row] = await sql<{ no: number }[]>`
      insert into operators (id, code, name, rate) select gen_random_uuid(), 'op' || count(*), 'Operator', ${rate} from operators returning no`;
    await sql`
      insert into recipients (phone, operator_no)
      select '+7900' || lpad((i + (select coalesce(max(no), 0) from recipients))::text, 7, '0'), ${row!.no}::int
      from generate_series(1, ${recipients}::int) i`;
    return row!.no;
  }

  /** Accepts a dispatch, as the API does. @returns its id */
  async addDispatch({ operatorNo, startsInMs = -60_000 }: DispatchOptions = {}): Promise<string> {
    const at = (ms: number) => new Date(Date.now() + ms).toISOString().slice(0, 19);
    const [operator] = await this.db.sql<
      { id: string }[]
    >`select id from operators where no = ${operatorNo ?? null}`;
    const body = {
      timezone: "UTC",
      start_datetime: at(startsInMs),
      end_datetime: at(startsInMs + 3_600_000),
      message_text: "hello",
      filter_mobile_operator_code: operator?.id ?? null,
    };
    return (await createDispatch(this.context, body)).id;
  }

  /**
   * Notes whatever a worker may be handing over at this moment: what it has started and not
   * settled. Called once it is dead or frozen; what it asked of the database in its last moment is
   * waited for, unless that waits for somebody itself. What it had only claimed may not become
   * unknown.
   */
  async noteRisk(): Promise<void> {
    const { sql } = this.db;
    const [since] = await sql<{ at: string }[]>`select clock_timestamp()::text as at`;
    const underWay = () => sql`
      select 1 from pg_stat_activity where datname = current_database() and application_name = 'carillon worker' and state = 'active'
        and query_start <= ${since!.at} and coalesce(wait_event_type, '') not in ('Client', 'Lock')`;
    await this.until(
      async () => (await underWay()).length === 0,
      "the statements of a worker that is no more have ended",
    );
    await this.gateway.hasReadAll();
    const rows = await sql<Started[]>`
      select m.id::text, c.no::text as chunk, l.no as lane, o.rate::float8 as rate
      from messages m join chunks c on c.no = m.chunk_no join lanes l on l.no = c.lane_no join operators o on o.no = l.operator_no
      where c.state = 'started' and m.status = 'sending'`;
    this.expectFewStarted(rows.filter(({ id }) => !this.atRisk.has(id)));
    for (const { id } of rows) this.atRisk.add(id);
  }

  /**
   * What is unknown after a kill is what was started, so no lane may have started much that it had
   * not handed over: a chunk that goes out and the next, which is started before that one is out.
   * With a rate, what missed its slot waits for another while chunks behind it start. Seen on a
   * busy machine: what a second has slots for, and some more.
   */
  private expectFewStarted(fresh: Started[]): void {
    const handedOver = new Set(this.gateway.arrivals.map(({ id }) => id));
    const lanes = new Map<number, Started[]>();
    for (const one of fresh)
      if (!handedOver.has(one.id)) lanes.set(one.lane, [...(lanes.get(one.lane) ?? []), one]);
    for (const [lane, left] of lanes) {
      const rate = left[0]!.rate;
      const chunks = new Set(left.map(({ chunk }) => chunk)).size;
      if (rate === null)
        expect(chunks, `chunks that lane ${lane} had started and not handed over`).toBeLessThanOrEqual(2);
      else
        expect(left.length, `messages that lane ${lane} had started and not handed over`).toBeLessThanOrEqual(
          2 * rate,
        );
    }
  }

  /** Lets the leases of dead workers run out now instead of in 95 s. Only when no worker lives. */
  async expireLeases(): Promise<void> {
    const { sql } = this.db;
    const living = () =>
      sql`select 1 from pg_stat_activity where datname = current_database() and application_name = 'carillon worker'`;
    // What it asked for in its last moment would have a lease of its own.
    await this.until(async () => (await living()).length === 0, "the connections of dead workers have ended");
    await sql`update chunks set lease_until = clock_now() - interval '1 second' where state in ('claimed', 'started')`;
    await sql`update lanes set turn_until = clock_now() - interval '1 second' where turn_token is not null`;
  }

  /**
   * Resolves when the condition holds; throws with the state of the rows when it does not, and
   * nothing has arrived for long.
   */
  async until(condition: () => Promise<boolean> | boolean, what: string): Promise<void> {
    const arrived = () => this.gateway.arrivals.length;
    let [before, giveUpMs] = [arrived(), Date.now() + WAIT_MS_MAX];
    while (!(await condition())) {
      if (arrived() > before) [before, giveUpMs] = [arrived(), Date.now() + WAIT_MS_MAX];
      if (Date.now() > giveUpMs)
        throw new Error(
          `not within ${WAIT_MS_MAX} ms: ${what}\n${JSON.stringify(await this.state(), null, 1)}`,
        );
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  untilArrived(count: number): Promise<void> {
    return this.until(() => this.gateway.arrivals.length >= count, `${count} messages at the gateway`);
  }

  /** Are so many of the operator's messages sent? */
  async areSentTo(operatorNo: number, count: number): Promise<boolean> {
    const [row] = await this.db.sql<{ n: number }[]>`
      select count(*)::int as n from messages m join lanes l on l.no = m.lane_no where l.operator_no = ${operatorNo} and m.status = 'sent'`;
    return row!.n === count;
  }

  /** @param ids of some dispatches; without it of all */
  async isCompleted(ids?: string[]): Promise<boolean> {
    const [row] = await this.db.sql<{ done: boolean }[]>`
      select bool_and(status = 'completed') as done from dispatches where ${ids === undefined} or id = any(${ids ?? []}::uuid[])`;
    return row?.done ?? false;
  }

  async tally(): Promise<Record<string, number>> {
    const rows = await this.db.sql<
      { status: string; n: number }[]
    >`select status, count(*)::int as n from messages group by 1`;
    return Object.fromEntries(rows.map((row) => [row.status, row.n]));
  }

  private async state(): Promise<unknown> {
    const { sql } = this.db;
    return {
      arrivals: this.gateway.arrivals.length,
      messages: await this.tally(),
      dispatches: await sql`select no, status, audience from dispatches`,
      lanes:
        await sql`select no, open, cursor, drained, turn_token, turn_until - clock_now() as turn_left, wait_reason from lanes`,
      chunks:
        await sql`select state, count(*), max(lease_until - clock_now()) as lease_left from chunks group by 1`,
      retries:
        await sql`select count(*), count(chunk_no) as claimed, min(due_at - clock_now()) as due_in from retries`,
      connections: await sql`
        select application_name as name, state, wait_event_type as waits_for, wait_event as event, state_change - clock_timestamp() as since, left(query, 80) as query
        from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      processes: this.processes.outputs(),
    };
  }

  /**
   * Everything that must hold when all dispatches are over, whatever happened to the workers.
   * @param isIdempotent the gateway is declared to take a repeated id once: what may have been
   * taken may come again
   */
  async expectHonest(isIdempotent = false): Promise<void> {
    const { sql } = this.db;
    const repeated = this.gateway.repeated().filter((id) => !(isIdempotent && this.atRisk.has(id)));
    expect(repeated, "ids that the gateway took more than once").toEqual([]);
    const [missing] = await sql<{ n: number }[]>`
      select (select count(*) from recipients)::int * (select count(*) from dispatches)::int - (select count(*) from messages)::int as n`;
    expect(missing!.n, "people without a message").toBe(0);
    const arrived = this.gateway.ids();
    const rows = await sql<{ id: string; status: string }[]>`select id::text, status from messages`;
    const statusOf = new Map(rows.map((row) => [row.id, row.status]));
    const wrong = {
      "sent, but never at the gateway": rows.filter((r) => r.status === "sent" && !arrived.has(r.id)),
      "at the gateway, but neither sent nor unknown": [...arrived].filter(
        (id) => !["sent", "unknown"].includes(statusOf.get(id) ?? ""),
      ),
      "unknown, but no worker died or froze with it": rows.filter(
        (r) => r.status === "unknown" && !this.atRisk.has(r.id),
      ),
      "neither sent nor unknown": rows.filter((r) => r.status !== "sent" && r.status !== "unknown"),
    };
    for (const [what, found] of Object.entries(wrong))
      expect(found.slice(0, 5), `${found.length} ${what}`).toEqual([]);
    await expectCountersExact(sql);
  }

  /** What came for one operator. */
  async arrivalsOf(operatorNo: number): Promise<Arrival[]> {
    const rows = await this.db.sql<{ id: string }[]>`
      select m.id::text from messages m join lanes l on l.no = m.lane_no where l.operator_no = ${operatorNo}`;
    const ids = new Set(rows.map((row) => row.id));
    return this.gateway.arrivals.filter((a) => ids.has(a.id));
  }

  /**
   * At no time faster than the rate, but for what a busy machine moves: nobody sends at full rate
   * beside another or begins anew in the place of one that died. That no second has more than the
   * rate is tested where messages are written (`guarantee-rate`), and measured in `bench/`.
   */
  async expectRateKept(operatorNo: number, rate: number): Promise<void> {
    const sorted = (await this.arrivalsOf(operatorNo)).sort((a, b) => a.atMs - b.atMs);
    // The latest moment at which the first can have come, judged by each that came after it; a
    // message may have come up to its blindness earlier.
    let beganS = Number.NEGATIVE_INFINITY;
    for (const [i, { atMs, blindMs }] of sorted.entries()) {
      beganS = Math.max(beganS, (atMs - blindMs) / 1000 - i / rate);
      const earlyS = beganS + (i + 1) / rate - atMs / 1000;
      expect(
        earlyS,
        `seconds by which message ${i} of operator ${operatorNo} is early at ${rate}/s`,
      ).toBeLessThanOrEqual(LATE_S_MAX);
    }
  }
}
