import { HEARTBEAT_AGE_S_MAX } from "@/db/health/health";
import type { LaneUse } from "@/db/health/overview";
import type { StatusOperator, StatusState, WorkerState } from "@/db/health/status";
import type { ComponentKind, ComponentState } from "@/lib/contract/health/status";
import { refusalOf } from "@/lib/domain/lane-wait";

/**
 * The sweep comes each minute by the engine, or after 75 s by a worker's own timer: older than
 * this, neither lives.
 */
const SWEEP_AGE_S_MAX = 150;
/** Work that is due waits this long at most while all is well. */
const WAITING_S_MAX = 60;
/** What {@link LaneUse} counts over. */
const USE_S = 5;

/** A component's state and why: `code` and its parameters. */
export interface Verdict {
  kind: ComponentKind;
  /** Of a gateway or an operator. */
  name: string | null;
  state: ComponentState;
  code: string;
  params: object;
  /** ISO; where the rows know it. */
  since: string | null;
}

/** What is known of the whole at one moment. */
export interface HealthFacts {
  state: StatusState;
  workers: WorkerState[];
  operators: StatusOperator[];
  use: LaneUse[];
}

const verdict = (
  kind: ComponentKind,
  state: ComponentState,
  code: string,
  params: object = {},
  more: Partial<Verdict> = {},
): Verdict => ({
  kind,
  name: null,
  state,
  code,
  params,
  since: null,
  ...more,
});

/**
 * Judges every component. A pure rule, so that the page and the sampling worker say the same.
 * @param facts null: the database does not answer, and its parts are unknown
 * @param engineFault what was wrong when the engine was asked; null when it was well
 * @param apiFault the same of the API; the API itself need not ask
 */
export function judgeHealth(
  facts: HealthFacts | null,
  engineFault: string | null,
  apiFault: string | null = null,
): Verdict[] {
  return [
    apiFault === null
      ? verdict("api", "ok", "api_ok")
      : verdict("api", "down", "api_down", { fault: apiFault }),
    facts ? verdict("database", "ok", "database_ok") : verdict("database", "down", "database_down"),
    judgeEngine(facts, engineFault),
    ...(facts ? [judgeSweep(facts), judgeSending(facts), ...judgeGateways(facts)] : []),
  ];
}

const isAlive = (worker: WorkerState) => worker.ageS < HEARTBEAT_AGE_S_MAX;

/** The live workers that have met a newer schema, and whether all have. */
function outdatedOf({ workers }: HealthFacts): { versions: string; isAll: boolean } | null {
  const alive = workers.filter(isAlive);
  const outdated = alive.filter((worker) => worker.outdated);
  if (outdated.length === 0) return null;
  const versions = [...new Set(outdated.map(({ version }) => version ?? "—"))].sort().join(", ");
  return { versions, isAll: outdated.length === alive.length };
}

/**
 * An engine that answers may still not do its work: then sweeps come from the workers' timers
 * alone.
 */
function judgeEngine(facts: HealthFacts | null, engineFault: string | null): Verdict {
  if (engineFault !== null) return verdict("engine", "down", "engine_down", { fault: engineFault });
  if (!facts) return verdict("engine", "ok", "engine_ok");
  const alive = facts.workers.filter(isAlive);
  const cutOff = alive.find((worker) => worker.engineFault !== null);
  if (cutOff) return verdict("engine", "down", "engine_unreachable", { fault: cutOff.engineFault });
  const { engineSweepAgeS, lastEngineSweepAt } = facts.state;
  // A worker that has only just started has had no cron yet.
  const upS = Math.max(0, ...alive.map((worker) => worker.upS));
  if (upS < SWEEP_AGE_S_MAX || (engineSweepAgeS ?? Number.POSITIVE_INFINITY) < SWEEP_AGE_S_MAX)
    return verdict("engine", "ok", "engine_ok");
  return verdict(
    "engine",
    "down",
    "engine_idle",
    { seconds: Math.round(engineSweepAgeS ?? upS) },
    { since: lastEngineSweepAt },
  );
}

function judgeSweep(facts: HealthFacts): Verdict {
  const { state, workers } = facts;
  const seconds = Math.round(state.sweepAgeS ?? 0);
  const latest = workers[0];
  if (latest && !isAlive(latest))
    return verdict(
      "sweep",
      "down",
      "sweep_no_worker",
      { seconds: Math.round(latest.ageS) },
      { since: latest.at },
    );
  if (state.sweepAgeS === null) return verdict("sweep", "down", "sweep_never");
  if (state.sweepAgeS > SWEEP_AGE_S_MAX) {
    const code = outdatedOf(facts)?.isAll ? "sweep_outdated" : "sweep_late";
    return verdict("sweep", "down", code, { seconds }, { since: state.lastSweepAt });
  }
  return verdict("sweep", "ok", "sweep_ok", { seconds });
}

function judgeSending(facts: HealthFacts): Verdict {
  const { state } = facts;
  if (state.sending === "stopped")
    return verdict("sending", "down", "sending_stopped", {}, { since: state.sendingSince });
  const outdated = outdatedOf(facts);
  if (outdated?.isAll) return verdict("sending", "down", "sending_outdated", outdated);
  if (outdated) return verdict("sending", "degraded", "sending_outdated_some", outdated);
  const waitedS = state.oldestWaitingSince
    ? (Date.parse(state.now) - Date.parse(state.oldestWaitingSince)) / 1000
    : 0;
  if (waitedS > WAITING_S_MAX)
    return verdict(
      "sending",
      "degraded",
      "sending_waits",
      { seconds: Math.round(waitedS) },
      { since: state.oldestWaitingSince },
    );
  return verdict("sending", "ok", "sending_ok");
}

/**
 * Each gateway and each operator: one breaker for each pair, so a gateway may refuse one operator's
 * messages and take another's.
 */
function judgeGateways({ workers, operators, use }: HealthFacts): Verdict[] {
  const refusing = workers.filter(isAlive).flatMap((worker) => worker.refusing);
  const of = operators.map((operator) => {
    const lanes = use.filter((lane) => lane.operatorNo === operator.no);
    const breaker = refusing.find(({ operatorNo }) => operatorNo === operator.no);
    const refusal = lanes.map((lane) => refusalOf(lane.waitReason)).find((reason) => reason !== undefined);
    return {
      ...operator,
      reason: breaker?.reason ?? refusal,
      since: breaker?.since ?? null,
      accepted: lanes.reduce((sum, lane) => sum + lane.accepted, 0),
      perSecond: lanes.reduce((sum, lane) => sum + lane.segments, 0) / USE_S,
      isBlind: lanes.some((lane) => lane.waitReason === "clock"),
      isRetrying: lanes.some((lane) => lane.waitReason === "retry"),
    };
  });
  const gateways = [...new Set(operators.map(({ gateway }) => gateway))].map((name) => {
    const served = of.filter(({ gateway }) => gateway === name);
    const refused = served.filter(({ reason }) => reason);
    const taken = served.some(({ accepted, reason }) => accepted > 0 && !reason);
    const since = refused.map((operator) => operator.since).sort()[0] ?? null;
    const params = {
      reason: refused[0]?.reason,
      operators: refused.map((operator) => operator.name).join(", "),
    };
    if (refused.length > 0 && taken)
      return verdict("gateway", "degraded", "gateway_refuses_some", params, { name, since });
    if (refused.length > 0) return verdict("gateway", "down", "gateway_refuses", params, { name, since });
    return verdict("gateway", "ok", taken ? "gateway_ok" : "gateway_idle", {}, { name });
  });
  return [...gateways, ...of.map(judgeOperator)];
}

function judgeOperator(operator: {
  name: string;
  rate: number | null;
  reason?: string;
  since: string | null;
  perSecond: number;
  isBlind: boolean;
  isRetrying: boolean;
}): Verdict {
  const { name, rate, since } = operator;
  // Counted when chunks are settled, several of which may fall into the same five seconds: beyond
  // the rate it says nothing.
  const used = Math.round(Math.min(operator.perSecond, rate ?? Number.POSITIVE_INFINITY) * 10) / 10;
  if (operator.reason)
    return verdict("operator", "degraded", "operator_waits", { reason: operator.reason }, { name, since });
  if (operator.isBlind) return verdict("operator", "degraded", "operator_clock", {}, { name });
  if (used === 0)
    return verdict("operator", "ok", operator.isRetrying ? "operator_retries" : "operator_ok", {}, { name });
  return rate === null
    ? verdict("operator", "ok", "operator_used_unlimited", { used }, { name })
    : verdict("operator", "ok", "operator_used", { used, rate }, { name });
}
