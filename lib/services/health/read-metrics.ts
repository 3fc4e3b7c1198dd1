import { HEARTBEAT_AGE_S_MAX } from "@/db/health/health";
import { countByOperator, countConnections, readWholeFigures } from "@/db/health/metrics";
import { listLaneUse } from "@/db/health/overview";
import { listStatusOperators, listWorkers, readStatusState } from "@/db/health/status";
import type { Figure } from "@/lib/metrics";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { getStatus, type Status } from "./get-status";
import { withinTime } from "./health-facts";

const LEVEL = { ok: 0, degraded: 1, down: 2 } as const;
/** What {@link listLaneUse} counts over. */
const USE_S = 5;

/**
 * Figures of the whole installation from the rows, the same from every process. With the database
 * away: that it is, and what else is known.
 */
export async function readMetrics(ctx: Context, engine: () => Promise<string | null>): Promise<Figure[]> {
  requireRight(ctx, "metrics");
  const [status, rows] = await Promise.all([getStatus(ctx, engine), withinTime(readRows(ctx))]);
  return [...figuresOfStatus(status, rows !== null), ...(rows ? figuresOfRows(rows) : [])];
}

async function readRows({ db: { sql } }: Context) {
  const [counts, whole, connections, state, workers, use, operators] = await Promise.all([
    countByOperator(sql),
    readWholeFigures(sql),
    countConnections(sql),
    readStatusState(sql),
    listWorkers(sql),
    listLaneUse(sql),
    listStatusOperators(sql),
  ]);
  return { counts, whole, connections, state, workers, use, operators };
}

const one = (name: string, help: string, value: number | null): Figure => ({
  name,
  help,
  values: value === null ? [] : [{ value }],
});

function figuresOfStatus(status: Status, isDatabaseUp: boolean): Figure[] {
  return [
    one("carillon_database_up", "1 when the database answers", isDatabaseUp ? 1 : 0),
    {
      name: "carillon_component_state",
      help: "State of each part of the status page: 0 operational, 1 degraded, 2 down",
      values: status.components.map(({ kind, name, state }) => ({
        labels: { kind, name: name ?? "" },
        value: LEVEL[state],
      })),
    },
    one("carillon_workers", "Worker processes that are alive", status.workers),
  ];
}

function figuresOfRows({
  counts,
  whole,
  connections,
  state,
  workers,
  use,
  operators,
}: Awaited<ReturnType<typeof readRows>>): Figure[] {
  const waitedS = state.oldestWaitingSince
    ? Math.max(0, (Date.parse(state.now) - Date.parse(state.oldestWaitingSince)) / 1000)
    : 0;
  return [
    {
      name: "carillon_messages",
      help: "Messages by what has become of them",
      values: counts.flatMap(({ operator, gateway, counters }) =>
        Object.entries(counters).map(([outcome, value]) => ({
          labels: { operator, gateway, outcome },
          value,
        })),
      ),
    },
    {
      name: "carillon_unclaimed_recipients",
      help: "People of an audience who were never sent to because the window closed or the dispatch was cancelled",
      values: [
        { labels: { reason: "expired" }, value: whole.unclaimedExpired },
        { labels: { reason: "cancelled" }, value: whole.unclaimedCancelled },
      ],
    },
    {
      name: "carillon_operator_segments_per_second",
      help: "SMS segments a second that were settled over the last 5 seconds",
      values: operators.map(({ no, code }) => ({
        labels: { operator: code },
        value: use.reduce((sum, lane) => sum + (lane.operatorNo === no ? lane.segments : 0), 0) / USE_S,
      })),
    },
    {
      name: "carillon_operator_rate_segments_per_second",
      help: "SMS segments a second that an operator allows; absent where there is no limit",
      values: operators.flatMap(({ code, rate }) =>
        rate === null ? [] : [{ labels: { operator: code }, value: rate }],
      ),
    },
    {
      name: "carillon_dispatches",
      help: "Dispatches by state",
      values: ["scheduled", "running", "paused", "completed", "expired", "cancelled"].map((s) => ({
        labels: { state: s },
        value: whole.dispatches[s] ?? 0,
      })),
    },
    {
      name: "carillon_lanes",
      help: "Open lanes of running dispatches: in a turn, waiting until a time, or idle (nobody's; the sweep picks them up)",
      values: [
        { labels: { state: "working" }, value: whole.lanesWorking },
        { labels: { state: "waiting" }, value: whole.lanesWaiting },
        { labels: { state: "idle" }, value: whole.lanesIdle },
      ],
    },
    one(
      "carillon_oldest_waiting_seconds",
      "How long the oldest work that is due has waited for somebody to do it",
      waitedS,
    ),
    one(
      "carillon_start_lag_seconds",
      "The longest lag of a start in the last hour; absent when none started",
      whole.startLagS,
    ),
    one("carillon_sweep_age_seconds", "Since the last sweep, whoever made it", state.sweepAgeS),
    one("carillon_engine_sweep_age_seconds", "Since the engine's timer last came", state.engineSweepAgeS),
    one(
      "carillon_workers_outdated",
      "Worker processes that are alive and claim nothing, for the database's schema is newer than they are",
      workers.filter(({ ageS, outdated }) => outdated && ageS < HEARTBEAT_AGE_S_MAX).length,
    ),
    one("carillon_heartbeat_age_seconds", "Since the last heartbeat of any worker", workers[0]?.ageS ?? null),
    one("carillon_sending_stopped", "1 while the emergency stop is on", state.sending === "stopped" ? 1 : 0),
    one("carillon_imports_running", "Imports of recipients that are running", whole.importsRunning),
    one("carillon_idempotency_keys", "Idempotency keys that are kept, an estimate", whole.idempotencyKeys),
    {
      name: "carillon_database_connections",
      help: "Connections to the database by process and state: 12 a worker, 10 a web process at most",
      values: connections.map(({ application, state: s, count }) => ({
        labels: { application, state: s },
        value: count,
      })),
    },
  ];
}
