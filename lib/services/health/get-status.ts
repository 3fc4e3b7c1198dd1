import {
  type DayOfHealth,
  HEARTBEAT_AGE_S_MAX,
  type LatestSample,
  listDaysOfHealth,
  listLatestSamples,
} from "@/db/health/health";
import { countRunning } from "@/db/health/status";
import { type ComponentState, HISTORY_DAYS } from "@/lib/contract/health/status";
import type { Context } from "@/lib/services/context";
import { readHealthFacts, withinTime } from "./health-facts";
import { type HealthFacts, judgeHealth, type Verdict } from "./judge-health";

/** History changes by the minute; a reader that comes every second must not read it every time. */
const HISTORY_MS = 60_000;

/** How everything is. Anybody may read it: it names no dispatch, no audience and nobody's words. */
export interface Status {
  /** The worst of the components. */
  state: ComponentState;
  /** ISO. */
  at: string;
  components: Component[];
  /** Null when the database does not answer. */
  running: number | null;
  /** ISO: of the oldest work that is due and that nobody is doing. */
  oldestWaitingSince: string | null;
  /** Those that are alive; null when the database does not answer. */
  workers: number | null;
}

/** `since`: when it is not ok, where that is known. */
export interface Component extends Verdict {
  /** The days on which it was watched, the oldest first. */
  history: DayOfHealth[];
}

/** What this process knows of a database: its history, and when it answered last. */
interface Known {
  days: DayOfHealth[];
  readMs: number;
  answeredAt: string | null;
}
const known = new WeakMap<Context["db"], Known>();

interface Seen {
  facts: HealthFacts;
  latest: LatestSample[];
  running: number;
}

/**
 * The state of every part as it is now, also when the database is one of those that fail. Never
 * throws, and answers within seconds.
 * @param engine asks the engine how it is: null when it is well, else what is wrong
 */
export async function getStatus(ctx: Context, engine: () => Promise<string | null>): Promise<Status> {
  const [seen, engineFault] = await Promise.all([withinTime(seeTogether(ctx)), engine()]);
  const kept = known.get(ctx.db);
  const at = seen?.facts.state.now ?? ctx.now().toISOString();
  const components = judgeHealth(seen?.facts ?? null, engineFault).map((verdict) => ({
    ...verdict,
    since: verdict.state === "ok" ? null : sinceWhen(verdict, seen, kept?.answeredAt ?? null),
    history: (kept?.days ?? []).filter(
      (day) => day.kind === verdict.kind && day.name === (verdict.name ?? ""),
    ),
  }));
  return {
    state: (["down", "degraded", "ok"] as const).find((state) =>
      components.some((component) => component.state === state),
    )!,
    at,
    components,
    running: seen?.running ?? null,
    oldestWaitingSince: seen?.facts.state.oldestWaitingSince ?? null,
    workers: seen ? seen.facts.workers.filter((worker) => worker.ageS < HEARTBEAT_AGE_S_MAX).length : null,
  };
}

const underWay = new WeakMap<Context["db"], Promise<Seen>>();

/**
 * Callers who ask at the same time share one answer: a page that everybody reloads asks the
 * database once.
 */
function seeTogether(ctx: Context): Promise<Seen> {
  const shared = underWay.get(ctx.db) ?? see(ctx).finally(() => underWay.delete(ctx.db));
  underWay.set(ctx.db, shared);
  return shared;
}

async function see(ctx: Context): Promise<Seen> {
  const { sql } = ctx.db;
  const before = known.get(ctx.db);
  const isFresh = before && before.days.length > 0 && ctx.now().getTime() - before.readMs < HISTORY_MS;
  const [facts, latest, running, days] = await Promise.all([
    readHealthFacts(ctx),
    listLatestSamples(sql),
    countRunning(sql),
    isFresh ? before.days : listDaysOfHealth(sql, HISTORY_DAYS),
  ]);
  known.set(ctx.db, {
    days,
    readMs: isFresh ? before.readMs : ctx.now().getTime(),
    answeredAt: facts.state.now,
  });
  return { facts, latest, running };
}

/**
 * Since when the state holds: from the rows, else from the samples. A fault newer than the last
 * sample began after it, so at the earliest then.
 */
function sinceWhen(verdict: Verdict, seen: Seen | null, databaseAnsweredAt: string | null): string | null {
  if (verdict.since) return verdict.since;
  if (verdict.kind === "database") return databaseAnsweredAt;
  const sample = seen?.latest.find(
    ({ kind, name }) => kind === verdict.kind && name === (verdict.name ?? ""),
  );
  if (!sample) return null;
  return sample.state === "ok" ? sample.toAt : sample.fromAt;
}
