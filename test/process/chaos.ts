import { expect } from "vitest";
import { type Hours, weekdays } from "@/lib/domain/daily-hours";
import { setQuietHours } from "@/lib/services/sending/quiet-hours";
import { ApiClient, dueNow } from "./api-client";
import { Installation } from "./installation";
import type { Running } from "./processes";

export const RATE = 200;
const PACED = 500;
const UNPACED = 1000;
/** Few, so that sending takes long enough to be disturbed. */
const CONNECTIONS = 16;
/** Where the time of day is what quiet hours are set by; everywhere else it is three hours off. */
const QUIET_ZONE = "Asia/Omsk";
const LOUD_ZONES = ["Europe/Moscow", "Europe/Kaliningrad", "Asia/Vladivostok", "America/New_York"];

type Event = {
  kind: "kill" | "stop" | "freeze" | "second" | "killWeb" | "freezeWeb" | "stopWeb";
  afterMs: number;
  forMs: number;
};
export interface ChaosPlan {
  seed: number;
  dispatches: number;
  latencyMs: number;
  /** SIGTERM alone: then nothing at all may be unknown. */
  gentle: boolean;
  /**
   * It is quiet in one of the recipients' zones until everybody else has theirs, and the dispatches
   * have hours of their own, which are never over.
   */
  hours: boolean;
  /** Each person has a text of their own, of one or two segments. */
  personal: boolean;
  events: Event[];
}

/**
 * What a seed does. Moments are drawn again the same way; what the processes make of them is
 * theirs.
 */
export function planOf(seed: number): ChaosPlan {
  const random = randomFrom(seed);
  const gentle = seed % 4 === 3;
  const kinds: Event["kind"][] = gentle
    ? ["stop", "stop", "stopWeb"]
    : ["kill", "kill", "freeze", "stop", "second", "killWeb", "freezeWeb"];
  const events = Array.from({ length: 2 + Math.floor(random() * 2) }, () => ({
    kind: kinds[Math.floor(random() * kinds.length)]!,
    afterMs: random() ** 2 * 1500,
    forMs: 200 + random() * 2800,
  }));
  // A stop has something to wait for only when answers take longer than the engine's own stop.
  const latencyMs = gentle ? 300 + random() * 400 : random() < 0.25 ? 0 : 10 + random() * 50;
  const [hours, personal] = [seed % 3 === 2, seed % 7 < 2];
  return { seed, dispatches: random() < 0.5 ? 2 : 1, latencyMs, gentle, hours, personal, events };
}

export interface ChaosResult {
  tally: Record<string, number>;
  /**
   * Messages of killed workers' chunks that nobody had handed over: the price of recovery by chunk.
   */
  lostUnsent: number;
  /** How often the API answered meanwhile. */
  reads: number;
  /**
   * How many messages had arrived when each event began: what comes after the end disturbs nobody.
   */
  eventsAt: string[];
  tookMs: number;
}

/**
 * Sends to 1,500 people while web and worker processes are killed, frozen and stopped as planned,
 * then lets leases run out and looks at what there is. Dispatches are created and watched through
 * the API.
 */
export async function runChaos(databaseUrl: string, plan: ChaosPlan): Promise<ChaosResult> {
  const startedMs = Date.now();
  const it = await Installation.open(databaseUrl, { connections: plan.gentle ? 256 : CONNECTIONS });
  it.gateway.latencyMs = () => plan.latencyMs;
  const end = new AbortController();
  try {
    const share = 1 / plan.dispatches;
    const paced = await it.addOperator(RATE, PACED * share);
    await it.addOperator(null, UNPACED * share);
    if (plan.hours) await beginQuiet(it);
    if (plan.personal) await nameEverybody(it);
    const worker = await it.processes.startWorker();
    const all = new Chaos(it, [worker], await it.processes.startWeb());
    const watching = all.client.watch(end.signal);
    const created: Promise<string>[] = [];
    const create = (key: string) => {
      const text = plan.personal ? `hello ${key}, {{name}}{{more|}}` : `hello ${key}`;
      const body = dueNow(text, plan.hours ? { local_time: allDay } : {});
      const id = all.client.create(key, body);
      // It is awaited later; what goes wrong before that is told first.
      id.catch(() => {});
      created.push(id);
    };
    create("first");
    await it.untilArrived(1);
    const eventsAt: string[] = [];
    for (const event of plan.events) {
      await all.goesOn();
      await new Promise((done) => setTimeout(done, event.afterMs));
      eventsAt.push(`${event.kind} at ${it.gateway.arrivals.length}`);
      // The others are asked for while something happens.
      if (created.length < plan.dispatches) create("second");
      await all.happen(event);
    }
    const ids = await Promise.all(created);
    if (plan.gentle) await all.endGently();
    await it.processes.endWorkers("SIGKILL");
    await it.noteRisk();
    await it.expireLeases();
    await it.processes.startWorker();
    if (plan.hours) await endQuiet(it, plan.dispatches);
    await it.until(() => it.isCompleted(), "the dispatches are completed");
    await it.expectHonest();
    if (plan.personal) await expectOwnTexts(it);
    await all.expectTold(ids);
    end.abort();
    await watching;
    const tally = await it.tally();
    if (plan.gentle) expect(tally, "after SIGTERM nothing is unknown").toEqual({ sent: PACED + UNPACED });
    const lostUnsent = (tally.sent ?? 0) + (tally.unknown ?? 0) - it.gateway.arrivals.length;
    await it.expectRateKept(paced, RATE);
    return { tally, lostUnsent, reads: all.client.reads, eventsAt, tookMs: Date.now() - startedMs };
  } finally {
    end.abort();
    await it.close();
  }
}

/** Everybody has a name, and every fourth a text of two segments. */
async function nameEverybody({ db: { sql }, gateway }: Installation): Promise<void> {
  await sql`
    update recipients set attributes = jsonb_build_object('name', no::text)
      || case when no % 4 = 0 then jsonb_build_object('more', repeat('!', 160)) else '{}' end`;
  await sql`insert into attribute_names values ('name'), ('more')`;
  gateway.readsTexts = true;
}

/** Whoever was told something was told their own, and their message says so. */
async function expectOwnTexts({ db: { sql }, gateway }: Installation): Promise<void> {
  const rows = await sql<{ id: string; text: string; own: string }[]>`
    select t.message_id::text as id, t.text,
      replace(replace(d.message_text, '{{name}}', r.no::text), '{{more|}}', coalesce(r.attributes ->> 'more', '')) as own
    from message_texts t join dispatches d on d.no = t.message_id >> 32
    join recipients r on r.no = (t.message_id & 4294967295)`;
  expect(
    rows.filter(({ text, own }) => text !== own),
    "texts that are not their person's",
  ).toEqual([]);
  const kept = new Map(rows.map(({ id, text }) => [id, text]));
  const others = gateway.arrivals.filter(({ id, text }) => text !== undefined && text !== kept.get(id));
  expect(others.slice(0, 5), `${others.length} of ${gateway.arrivals.length} were told another`).toEqual([]);
  expect(gateway.arrivals.filter(({ text }) => text !== undefined).length).toBeGreaterThan(UNPACED);
}

const allDay: Hours = { from: "00:00", to: "24:00", days: [...weekdays], unknown_zone: "dispatch" };

/** From the hour before this one in the quiet zone until two hours after it. */
async function beginQuiet(it: Installation): Promise<void> {
  await it.db.sql`
    update recipients set timezone =
      case when no % 10 > 0 then (${LOUD_ZONES}::text[])[no % 5] else ${QUIET_ZONE} end`;
  const hour = (fromNow: number) =>
    new Intl.DateTimeFormat("en-GB", { timeZone: QUIET_ZONE, hour: "2-digit", hourCycle: "h23" }).format(
      Date.now() + fromNow * 3_600_000,
    );
  const [from, to] = [`${hour(-1)}:00`, `${hour(2)}:00`];
  await setQuietHours(it.context, { ...allDay, enabled: true, from, to });
}

/** Nobody of the quiet zone was written to, and everybody else was; then it is quiet nowhere. */
async function endQuiet(it: Installation, dispatches: number): Promise<void> {
  const { sql } = it.db;
  const isLoud = sql`timezone is distinct from ${QUIET_ZONE}`;
  await it.until(async () => {
    const [row] = await sql<{ done: boolean }[]>`
      select (select count(*) from messages where status in ('sent', 'unknown'))
        >= ${dispatches}::int * (select count(*) from recipients where ${isLoud}) as done`;
    return row!.done;
  }, "whoever may be written to was");
  await it.gateway.hasReadAll();
  const woken = await sql`
    select id from unnest(${[...it.gateway.ids()]}::bigint[]) id
    join recipients r on r.no = (id & 4294967295) where not (${isLoud})`;
  expect(woken.slice(0, 5), `${woken.length} messages to people in their quiet hours`).toEqual([]);
  await setQuietHours(it.context, { ...allDay, enabled: false });
}

/** An installation to which things happen. */
class Chaos {
  readonly client = new ApiClient(() => this.web.url);

  constructor(
    private it: Installation,
    /** One at least; others wait beside it. */
    private workers: Running[],
    private web: Running & { url: string },
  ) {}

  async happen(event: Event): Promise<void> {
    const { it } = this;
    const [first, ...others] = this.workers;
    switch (event.kind) {
      case "kill":
        await first!.end("SIGKILL");
        await it.noteRisk();
        // Whoever waits beside takes over, and may hold chunks by now: what the dead one held waits
        // for its lease.
        if (others.length > 0) return this.takeOver(others);
        await it.expireLeases();
        this.workers = [await it.processes.startWorker()];
        return;
      case "stop":
        await this.endGently();
        if (others.length > 0) return this.takeOver(others);
        this.workers = [await it.processes.startWorker()];
        return;
      case "freeze":
        return this.freeze(first!, event.forMs);
      case "second":
        this.workers.push(await it.processes.startWorkerBeside());
        return;
      case "killWeb":
        await this.web.end("SIGKILL");
        this.web = await it.processes.startWeb();
        return;
      case "freezeWeb":
        return this.freeze(this.web, event.forMs);
      case "stopWeb":
        expect(
          await this.web.end("SIGTERM"),
          `how the web process ended at SIGTERM\n${this.web.output()}`,
        ).toBe(0);
        this.web = await it.processes.startWeb();
        return;
    }
  }

  /** Waits until sending has begun again, or is over; not longer than a takeover may take. */
  async goesOn(): Promise<void> {
    const { it } = this;
    const before = it.gateway.arrivals.length;
    const giveUpMs = Date.now() + 4_000;
    while (it.gateway.arrivals.length === before && Date.now() < giveUpMs && !(await it.isCompleted())) {
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  /** SIGTERM: what is in flight is settled, and no chunk is left to its lease. */
  async endGently(): Promise<void> {
    const { it } = this;
    const worker = this.workers[0]!;
    expect(await worker.end("SIGTERM"), `how the worker ended at SIGTERM\n${worker.output()}`).toBe(0);
    const [alone] = await it.db.sql<
      { n: number }[]
    >`select count(*)::int as n from pg_stat_activity where application_name = 'carillon worker' and datname = current_database()`;
    if (alone!.n > 0) return;
    const left = await it.db.sql<{ id: string }[]>`
      select m.id::text from messages m join chunks c on c.no = m.chunk_no where m.status = 'sending' and c.state in ('claimed', 'started')`;
    const fresh = left.filter(({ id }) => !it.atRisk.has(id));
    expect(fresh.slice(0, 5), `${fresh.length} messages are left to a lease after SIGTERM`).toEqual([]);
  }

  /** What was acknowledged is there, once, and the API tells of it what the rows say. */
  async expectTold(ids: string[]): Promise<void> {
    const told = await this.client.list();
    expect(told.map(({ id }) => id).sort(), "dispatches there are, and those that were acknowledged").toEqual(
      [...ids].sort(),
    );
    const { sent = 0, unknown = 0 } = await this.it.tally();
    const sum = (name: string) => told.reduce((total, { progress }) => total + progress[name]!, 0);
    expect({ sent: sum("sent"), unknown: sum("unknown") }, "the API's counters").toEqual({ sent, unknown });
    expect(this.client.wrong.slice(0, 5), `answers of ${this.client.reads} that cannot be`).toEqual([]);
  }

  private async freeze(process: Running, forMs: number): Promise<void> {
    process.signal("SIGSTOP");
    await this.it.noteRisk();
    await new Promise((done) => setTimeout(done, forMs));
    process.signal("SIGCONT");
  }

  /** Whoever of those beside is the first to have the engine; the others wait on. */
  private async takeOver(others: Running[]): Promise<void> {
    const next = await Promise.race(others.map(async (worker) => worker.ready.then(() => worker)));
    this.workers = [next, ...others.filter((worker) => worker !== next)];
  }
}

/** Mulberry32: numbers in [0, 1) from a seed. */
function randomFrom(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
