import { type DispatchRow, listDispatches } from "@/db/dispatches/dispatches";
import { listRatedOperators, type RatedOperator } from "@/db/dispatches/load";
import {
  type FirstSteps,
  type LaneUse,
  listLaneUse,
  listUpcoming,
  OVERVIEW_MAX,
  type OverviewState,
  readFirstSteps,
  readOverviewState,
  type UpcomingDispatch,
} from "@/db/health/overview";
import type { AttentionCode, OverviewQuery } from "@/lib/contract/health/overview";
import { type DispatchForecast, type ForecastLane, forecast } from "@/lib/domain/forecast";
import { isQuiet, refusalOf } from "@/lib/domain/lane-wait";
import { finishedStatuses } from "@/lib/domain/lifecycle";
import { startOfDayMs } from "@/lib/domain/local-day";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { countToday, type Today } from "@/lib/services/dispatches/count-today";
import { loadLanes } from "@/lib/services/dispatches/forecast-load";
import { type Dispatch, toDispatch } from "@/lib/services/dispatches/get-dispatch";

const RECENT_S = 5;
const DAY_MS = 86_400_000;
const SWEEP_LATE_S = 120;
const newest = { by: "created", isDescending: true } as const;

export interface Overview {
  /** Null as soon as there is a dispatch. */
  firstSteps: FirstSteps | null;
  /** Running and paused, those that end first coming first. */
  running: RunningDispatch[];
  /** While nothing runs: the newest of those that are over. */
  last: Dispatch | null;
  /** Those that start within 24 hours. */
  upcoming: UpcomingDispatch[];
  /** Messages that gateways took since midnight, and their outcomes. */
  today: Today["counts"] & { since: Date };
  /** `inUse`: SMS segments a second over the last 5 s. */
  operators: (RatedOperator & { inUse: number })[];
  /** The most general first. */
  attention: Attention[];
}

export interface RunningDispatch {
  dispatch: Dispatch;
  /** Messages that a gateway took, a second, over the last 5 s. */
  rate: number;
  /**
   * At today's rates; null when its end comes first, while nothing is sent, while a gateway refuses
   * part of it, and while people of other time zones are still to come.
   */
  finishesAt: Date | null;
  /** Recipients whom it would not reach before its end; null while sending is stopped. */
  notSent: number | null;
  /** A gateway refuses what goes to some of its operators. */
  isStalled: boolean;
}

/** A matter that needs a person. */
export interface Attention {
  code: AttentionCode;
  /** Null where it is of all of them, or of several. */
  dispatchId: string | null;
  /** Parameters of its text. */
  params: Record<string, string | number>;
  /** Of `gateway_refuses`. */
  refusal?: Refusal;
}

/** What one gateway refuses for one reason, and when the first of it is tried again (ISO). */
export interface Refusal {
  gateway: string;
  reason: string;
  dispatches: number;
  operators: number;
  waiting: number;
  until: string | null;
}

/**
 * The figures of the first page: what runs, what comes, today's outcomes, how busy operators are,
 * and what needs a person.
 */
export async function getOverview(ctx: Context, query: OverviewQuery): Promise<Overview> {
  requireRight(ctx, "read");
  const { sql } = ctx.db;
  const nowMs = ctx.now().getTime();
  const sinceMs = startOfDayMs(nowMs, query.timezone);
  const operators = await listRatedOperators(sql);
  const [state, firstSteps, open, upcoming, use, today, lanes] = await Promise.all([
    readOverviewState(sql),
    readFirstSteps(sql),
    listDispatches(sql, { statuses: ["running", "paused"], q: null }, newest, OVERVIEW_MAX, null),
    listUpcoming(sql, nowMs + DAY_MS),
    listLaneUse(sql).then(shareRefusals),
    countToday(ctx, sinceMs),
    loadLanes(ctx, operators),
  ]);
  const [last] =
    open.length > 0
      ? []
      : await listDispatches(sql, { statuses: [...finishedStatuses], q: null }, newest, 1, null);
  // No forecast while sending is stopped: nobody knows when someone will resume it.
  const foretold = state.sending === "on" ? forecast(lanes, nowMs) : new Map<string, DispatchForecast>();
  return {
    firstSteps,
    running: open
      .sort((a, b) => a.endAt.localeCompare(b.endAt))
      .map((row) => toRunning(row, use, state, foretold.get(row.id), nowMs)),
    last: last ? toDispatch(last) : null,
    upcoming,
    today: { since: new Date(sinceMs), ...today.counts },
    operators: operators.map((operator) => ({
      ...operator,
      // Answers come in bunches, and what was sent has kept the limit.
      inUse: Math.min(
        operator.rate ?? Number.POSITIVE_INFINITY,
        use.reduce((sum, lane) => sum + (lane.operatorNo === operator.no ? lane.segments : 0), 0) / RECENT_S,
      ),
    })),
    attention: findAttention({ state, open, upcoming, use, lanes, today, foretold }),
  };
}

function toRunning(
  row: DispatchRow,
  use: LaneUse[],
  state: OverviewState,
  foretold: DispatchForecast | undefined,
  nowMs: number,
): RunningDispatch {
  const { id, status } = row;
  const accepted = use.reduce((sum, lane) => sum + (lane.dispatchId === id ? lane.accepted : 0), 0);
  const goes = status === "running" && state.sending === "on" && Date.parse(row.endAt) > nowMs;
  const lanes = goes ? use.filter((lane) => lane.dispatchId === id) : [];
  const isStalled = lanes.some(({ waitReason }) => refusalOf(waitReason) !== undefined);
  // The forecast takes everybody to be in the dispatch's zone.
  const isByZone = lanes.some(({ zones, waitReason }) => zones > 1 || isQuiet(waitReason));
  // A dispatch with nothing left to hand over is through. Whole seconds, so that an unchanged
  // answer is 304.
  const finishMs = foretold ? foretold.finishesAtMs : nowMs;
  return {
    dispatch: toDispatch(row),
    rate: accepted / RECENT_S,
    // No forecast while a gateway refuses: nobody knows when it will take messages again.
    finishesAt:
      goes && !isStalled && !isByZone && finishMs !== null
        ? new Date(Math.ceil(finishMs / 1_000) * 1_000)
        : null,
    notSent: goes ? (foretold?.notSent ?? 0) : null,
    isStalled,
  };
}

/**
 * A gateway that refuses an operator's messages refuses those of its other lanes, too, which queue
 * and have not been told yet: one lane asks at a time.
 */
function shareRefusals(use: LaneUse[]): LaneUse[] {
  const refused = use.filter(({ waitReason }) => refusalOf(waitReason) !== undefined);
  return use.map((lane) => {
    if (lane.waitReason !== null || lane.drained || lane.accepted > 0 || !lane.isOpen) return lane;
    const same = refused.find(
      ({ operatorNo, gateway }) => operatorNo === lane.operatorNo && gateway === lane.gateway,
    );
    return same ? { ...lane, waitReason: same.waitReason, waitUntil: same.waitUntil } : lane;
  });
}

interface Found {
  state: OverviewState;
  open: { id: string }[];
  upcoming: { id: string }[];
  use: LaneUse[];
  lanes: ForecastLane[];
  today: Today;
  foretold: Map<string, DispatchForecast>;
}

/** Refusals by gateway and cause. A dispatch counts once, however many of its lanes wait. */
function refusals(use: LaneUse[], lanes: ForecastLane[]) {
  const found = use.flatMap(({ waitReason, ...lane }) => {
    const reason = refusalOf(waitReason);
    return reason === undefined ? [] : [{ ...lane, reason }];
  });
  const causes = found.filter(
    (a, i) => i === found.findIndex((b) => b.gateway === a.gateway && b.reason === a.reason),
  );
  return causes.map(({ gateway, reason }) => {
    const refused = found.filter((lane) => lane.gateway === gateway && lane.reason === reason);
    const dispatchIds = [...new Set(refused.map(({ dispatchId }) => dispatchId))];
    const isRefused = (lane: ForecastLane) =>
      refused.some((one) => one.dispatchId === lane.dispatch && one.operatorNo === lane.operator);
    return {
      ...{ gateway, reason, dispatchIds, dispatches: dispatchIds.length },
      operators: new Set(refused.map(({ operatorNo }) => operatorNo)).size,
      waiting: lanes.reduce((sum, lane) => sum + (isRefused(lane) ? lane.messages : 0), 0),
      until: refused.map(({ waitUntil }) => waitUntil).sort()[0] ?? null,
    };
  });
}

/** The most general first. */
function findAttention({ state, open, upcoming, use, lanes, today, foretold }: Found): Attention[] {
  const found: Attention[] = [];
  const add = (code: AttentionCode, dispatchId: string | null, params: Attention["params"] = {}) => {
    found.push({ code, dispatchId, params });
  };
  if (state.sending === "stopped") add("sending_stopped", null, state.reason ? { reason: state.reason } : {});
  // A database on which nothing was ever swept is late only when there is something to sweep.
  if (state.sweptSecondsAgo === null ? state.isBusy : state.sweptSecondsAgo > SWEEP_LATE_S)
    add("sweep_late", null);
  for (const { dispatchIds, ...refusal } of refusals(use, lanes)) {
    const { until: _, ...params } = refusal;
    found.push({
      code: "gateway_refuses",
      dispatchId: dispatchIds.length === 1 ? dispatchIds[0]! : null,
      params,
      refusal,
    });
  }
  for (const { id } of [...open, ...upcoming]) {
    const count = foretold.get(id)?.notSent ?? 0;
    if (count > 0) add("will_not_fit", id, { count });
  }
  for (const { id, count } of today.unknown) add("unknown_outcomes", id, { count });
  return found;
}
