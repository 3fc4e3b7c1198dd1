import { addSamples, noteEngineSweep, pruneHealth, writeHeartbeat } from "@/db/health/health";
import { HISTORY_DAYS } from "@/lib/contract/health/status";
import type { BreakerCell } from "@/lib/services/sending/breakers";
import type { SendingContext } from "@/lib/services/sending/sending-context";
import { VERSION } from "@/lib/version";
import { readHealthFacts } from "./health-facts";
import { judgeHealth } from "./judge-health";

const SAMPLE_MS = 60_000;
/** The web process starts beside the worker: until then its silence says nothing. */
const API_STARTS_MS = 60_000;
/** Statements of milliseconds that took this long waited for a database that hung. */
const HUNG_MS = 10_000;
const PRUNE_MS = 3_600_000;
/**
 * A breaker that opened longer ago than this has not been asked since: nothing is known of it now.
 */
const REFUSAL_MS = 60_000;

/**
 * Checks of what the rows cannot say. Each returns null when all is well, else what is wrong, and
 * never throws.
 */
export interface Probes {
  engine(): Promise<string | null>;
  api(): Promise<string | null>;
}

/**
 * Writes that this worker lives, and what it sees: every minute, and at once after a change. Call
 * `beat` every few seconds. It throws when the database does not answer, and catches up afterwards.
 * @param id a UUID of this process
 */
export function createHealthSampler(
  ctx: SendingContext,
  id: string,
  probes: Probes,
): { beat(): Promise<void> } {
  const startedMs = ctx.clock.now();
  let sampledMs = Number.NEGATIVE_INFINITY;
  let prunedMs = Number.NEGATIVE_INFINITY;
  let before = "";
  let awaySinceMs: number | undefined;
  let isApiUp = false;
  const refusingSinceMs = new Map<BreakerCell, number>();

  async function write(nowMs: number): Promise<void> {
    const [engineFault, apiAnswer] = await Promise.all([probes.engine(), probes.api()]);
    isApiUp ||= apiAnswer === null || nowMs - startedMs > API_STARTS_MS;
    const apiFault = isApiUp ? apiAnswer : null;
    const askedMs = ctx.clock.now();
    const newest = await writeHeartbeat(ctx.db.sql, {
      id,
      upMs: nowMs - startedMs,
      engineFault,
      refusing: refusingNow(ctx, nowMs, refusingSinceMs),
      version: VERSION,
      knownMigration: ctx.schema.known,
    });
    ctx.schema.isOutdated(newest);
    const facts = await readHealthFacts(ctx);
    if (ctx.clock.now() - askedMs > HUNG_MS) awaySinceMs ??= askedMs;
    const samples = judgeHealth(facts, engineFault, apiFault).map(({ kind, name, state, code }) => ({
      kind,
      name: name ?? "",
      state,
      // A component without work counts as operational.
      code: state === "ok" ? "ok" : code,
    }));
    const now = JSON.stringify(samples);
    if (now === before && awaySinceMs === undefined && nowMs - sampledMs < SAMPLE_MS) return;
    await addSamples(ctx.db.sql, samples, awaySinceMs === undefined ? 0 : ctx.clock.now() - awaySinceMs);
    before = now;
    sampledMs = nowMs;
    if (nowMs - prunedMs > PRUNE_MS) {
      await pruneHealth(ctx.db.sql, HISTORY_DAYS + 1);
      prunedMs = nowMs;
    }
  }

  return {
    async beat() {
      const nowMs = ctx.clock.now();
      try {
        await write(nowMs);
        awaySinceMs = undefined;
      } catch (error) {
        awaySinceMs ??= nowMs;
        throw error;
      }
    },
  };
}

/**
 * Breakers are this process's own: others learn of them from its heartbeat. `firstMs` remembers
 * when each began to refuse, as it opens again and again.
 */
function refusingNow(ctx: SendingContext, nowMs: number, firstMs: Map<BreakerCell, number>) {
  const open = ctx.breakers
    .all()
    .filter(({ state }) => state.trips > 0 && state.openUntilMs + REFUSAL_MS > nowMs);
  for (const cell of firstMs.keys()) if (!open.includes(cell)) firstMs.delete(cell);
  return open.map((cell) => {
    const sinceMs = firstMs.get(cell) ?? cell.state.openedMs;
    firstMs.set(cell, sinceMs);
    return {
      operatorNo: cell.operatorNo,
      reason: cell.state.reason ?? "refused",
      since: new Date(ctx.databaseClock.toDatabase(sinceMs)).toISOString(),
    };
  });
}

/** The engine's cron has come. Sweeps by workers' own timers are no sign of an engine. */
export const recordEngineSweep = (ctx: SendingContext): Promise<void> => noteEngineSweep(ctx.db.sql);
