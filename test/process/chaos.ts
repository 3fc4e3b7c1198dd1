import { expect } from "vitest";
import { Installation } from "./installation";
import type { Worker } from "./workers";

export const RATE = 200;
const PACED = 500;
const UNPACED = 1000;
/** Few, so that sending takes long enough to be disturbed. */
const CONNECTIONS = 16;

type Event = { kind: "kill" | "stop" | "freeze" | "second"; afterMs: number; forMs: number };
export interface ChaosPlan {
  seed: number;
  dispatches: number;
  latencyMs: number;
  /** SIGTERM alone: then nothing at all may be unknown. */
  gentle: boolean;
  events: Event[];
}

/** What a seed does. Moments are drawn again the same way; what the processes make of them is theirs. */
export function planOf(seed: number): ChaosPlan {
  const random = randomFrom(seed);
  const gentle = seed % 4 === 3;
  const kinds: Event["kind"][] = gentle ? ["stop"] : ["kill", "kill", "freeze", "stop", "second"];
  const events = Array.from({ length: 2 + Math.floor(random() * 2) }, () => ({
    kind: kinds[Math.floor(random() * kinds.length)]!,
    afterMs: random() ** 2 * 1500,
    forMs: 200 + random() * 2800,
  }));
  // A stop has something to wait for only when answers take longer than the engine's own stop.
  const latencyMs = gentle ? 300 + random() * 400 : random() < 0.25 ? 0 : 10 + random() * 50;
  return { seed, dispatches: random() < 0.3 ? 2 : 1, latencyMs, gentle, events };
}

export interface ChaosResult {
  tally: Record<string, number>;
  /** The most of the paced operator in a sliding second. */
  mostInASecond: number;
  /** Messages of killed workers' chunks that nobody had handed over: the price of recovery by chunk. */
  lostUnsent: number;
  /** How many messages had arrived when each event began: what comes after the end disturbs nobody. */
  eventsAt: string[];
  tookMs: number;
}

/** Sends to 1,500 people while workers are killed, frozen and stopped as planned, then lets leases run out and looks at what there is. */
export async function runChaos(databaseUrl: string, plan: ChaosPlan): Promise<ChaosResult> {
  const startedMs = Date.now();
  const it = await Installation.open(databaseUrl, { connections: plan.gentle ? 256 : CONNECTIONS });
  it.gateway.latencyMs = () => plan.latencyMs;
  try {
    const share = 1 / plan.dispatches;
    const paced = await it.addOperator(RATE, PACED * share);
    await it.addOperator(null, UNPACED * share);
    let workers = [await it.workers.start()];
    for (let i = 0; i < plan.dispatches; i++) await it.addDispatch();
    await it.untilArrived(1);
    const eventsAt: string[] = [];
    for (const event of plan.events) {
      await goesOn(it);
      if (await it.isCompleted()) break;
      await new Promise((done) => setTimeout(done, event.afterMs));
      eventsAt.push(`${event.kind} at ${it.gateway.arrivals.length}`);
      workers = await happen(it, event, workers);
    }
    if (plan.gentle) await endGently(it, workers[0]!);
    await it.workers.endAll("SIGKILL");
    await it.noteRisk();
    await it.expireLeases();
    await it.workers.start();
    await it.until(() => it.isCompleted(), "the dispatches are completed", 40_000);
    await it.expectHonest();
    const tally = await it.tally();
    if (plan.gentle) expect(tally, "after SIGTERM nothing is unknown").toEqual({ sent: PACED + UNPACED });
    const lostUnsent = (tally.sent ?? 0) + (tally.unknown ?? 0) - it.gateway.arrivals.length;
    return { tally, lostUnsent, mostInASecond: await it.expectRateKept(paced, RATE), eventsAt, tookMs: Date.now() - startedMs };
  } finally {
    await it.close();
  }
}

/** @returns the workers that live afterwards: one at least */
async function happen(it: Installation, event: Event, workers: Worker[]): Promise<Worker[]> {
  const [first, ...others] = workers;
  switch (event.kind) {
    case "kill":
      await first!.end("SIGKILL");
      await it.noteRisk();
      // Whoever waits beside takes over, and may hold chunks by now: what the dead one held waits for its lease.
      if (others.length > 0) return takeOver(others);
      await it.expireLeases();
      return [await it.workers.start()];
    case "stop":
      await endGently(it, first!);
      return others.length > 0 ? takeOver(others) : [await it.workers.start()];
    case "freeze":
      first!.signal("SIGSTOP");
      await it.noteRisk();
      await new Promise((done) => setTimeout(done, event.forMs));
      first!.signal("SIGCONT");
      return workers;
    case "second":
      return [...workers, await it.workers.startBeside()];
  }
}

/** Waits until sending has begun again, or is over; not longer than a takeover may take. */
async function goesOn(it: Installation): Promise<void> {
  const before = it.gateway.arrivals.length;
  const giveUpMs = Date.now() + 4_000;
  while (it.gateway.arrivals.length === before && Date.now() < giveUpMs && !(await it.isCompleted())) {
    await new Promise((done) => setTimeout(done, 20));
  }
}

async function takeOver(others: Worker[]): Promise<Worker[]> {
  await others[0]!.ready;
  return others;
}

/** SIGTERM: what is in the air is settled, and no chunk is left to its lease. */
async function endGently(it: Installation, worker: Worker): Promise<void> {
  const { sql } = it.db;
  expect(await worker.end("SIGTERM"), `how the worker ended at SIGTERM\n${worker.output()}`).toBe(0);
  const [alone] = await sql<
    { n: number }[]
  >`select count(*)::int as n from pg_stat_activity where application_name = 'carillon worker' and datname = current_database()`;
  if (alone!.n > 0) return;
  const left = await sql<{ id: string }[]>`
    select m.id::text from messages m join chunks c on c.no = m.chunk_no where m.status = 'sending' and c.state in ('claimed', 'started')`;
  const fresh = left.filter(({ id }) => !it.atRisk.has(id));
  expect(fresh.slice(0, 5), `${fresh.length} messages are left to a lease after SIGTERM`).toEqual([]);
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
