import { type DispatchRow, listDispatches } from "@/db/dispatches/dispatches";
import { listRatedOperators } from "@/db/dispatches/load";
import {
  type LaneUse,
  listLaneUse,
  listUpcoming,
  OVERVIEW_MAX,
  type OverviewState,
  readFirstSteps,
  readOverviewState,
} from "@/db/health/overview";
import type { Overview, OverviewQuery } from "@/lib/contract/health/overview";
import { type Locale, textOf } from "@/lib/contract/texts";
import { type DispatchForecast, type ForecastLane, forecast } from "@/lib/domain/forecast";
import { refusalOf } from "@/lib/domain/lane-wait";
import { finishedStatuses } from "@/lib/domain/lifecycle";
import { startOfDayMs } from "@/lib/domain/local-day";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { countToday, type Today } from "@/lib/services/dispatches/count-today";
import { loadLanes } from "@/lib/services/dispatches/forecast-load";
import { toDispatch } from "@/lib/services/dispatches/get-dispatch";

const RECENT_S = 5;
const DAY_MS = 86_400_000;
const SWEEP_LATE_S = 120;
const TEXT_MAX = 80;
const newest = { by: "created", isDescending: true } as const;

/** The figures of the first page: what runs, what comes, what today has brought, how busy operators are, and what needs somebody. */
export async function getOverview(ctx: Context, query: OverviewQuery, locale: Locale): Promise<Overview> {
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
    listLaneUse(sql),
    countToday(ctx, sinceMs),
    loadLanes(ctx, operators),
  ]);
  const [last] = open.length > 0 ? [] : await listDispatches(sql, { statuses: [...finishedStatuses], q: null }, newest, 1, null);
  // What does not go finishes never: a forecast would be a guess about people.
  const foretold = state.sending === "on" ? forecast(lanes, nowMs) : new Map<string, DispatchForecast>();
  return {
    first_steps: firstSteps,
    running: open
      .sort((a, b) => a.endAt.localeCompare(b.endAt))
      .map((row) => toRunning(row, use, state, foretold.get(row.id), nowMs, locale)),
    last: last ? toShown(last, locale) : null,
    upcoming: upcoming.map(({ id, text, startMs, endMs }) => ({
      id,
      text: beginning(text),
      status: "scheduled" as const,
      start_datetime: new Date(startMs).toISOString(),
      end_datetime: new Date(endMs).toISOString(),
    })),
    today: { since: new Date(sinceMs).toISOString(), ...today.counts },
    operators: operators.map(({ no, id, code, name, rate }) => ({
      id,
      code,
      name,
      rate_per_second: rate,
      in_use: use.reduce((sum, lane) => sum + (lane.operatorNo === no ? lane.segments : 0), 0) / RECENT_S,
    })),
    attention: findAttention({ state, open, upcoming, use, lanes, today, foretold }, locale),
  };
}

const beginning = (text: string) => {
  const characters = [...text];
  return characters.length > TEXT_MAX ? `${characters.slice(0, TEXT_MAX - 1).join("")}…` : text;
};

function toShown(row: DispatchRow, locale: Locale): NonNullable<Overview["last"]> {
  const { id, status, start_datetime, end_datetime, progress } = toDispatch(row, locale);
  return { id, text: beginning(row.messageText), status, start_datetime, end_datetime, progress };
}

function toRunning(
  row: DispatchRow,
  use: LaneUse[],
  state: OverviewState,
  foretold: DispatchForecast | undefined,
  nowMs: number,
  locale: Locale,
): Overview["running"][number] {
  const shown = toShown(row, locale);
  const { id, status, end_datetime } = shown;
  const accepted = use.reduce((sum, lane) => sum + (lane.dispatchId === id ? lane.accepted : 0), 0);
  const goes = status === "running" && state.sending === "on" && Date.parse(end_datetime) > nowMs;
  const isStalled = goes && use.some((lane) => lane.dispatchId === id && refusalOf(lane.waitReason) !== undefined);
  // Whoever has nothing left to hand over is through. Whole seconds: an answer that has not changed is not sent again.
  const finishMs = foretold ? foretold.finishesAtMs : nowMs;
  return {
    ...shown,
    rate: accepted / RECENT_S,
    // Nobody knows when a gateway will take messages again: that is no promise to make.
    finishes_at: goes && !isStalled && finishMs !== null ? new Date(Math.ceil(finishMs / 1_000) * 1_000).toISOString() : null,
    not_sent: goes ? (foretold?.notSent ?? 0) : null,
    is_stalled: isStalled,
  };
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

/** What is refused, by gateway and cause: who waits for one of them is told once, however many lanes it has. */
function refusals(use: LaneUse[], lanes: ForecastLane[]) {
  const found = use.flatMap(({ waitReason, ...lane }) => {
    const reason = refusalOf(waitReason);
    return reason === undefined ? [] : [{ ...lane, reason }];
  });
  const causes = found.filter((a, i) => i === found.findIndex((b) => b.gateway === a.gateway && b.reason === a.reason));
  return causes.map(({ gateway, reason }) => {
    const refused = found.filter((lane) => lane.gateway === gateway && lane.reason === reason);
    const dispatchIds = [...new Set(refused.map(({ dispatchId }) => dispatchId))];
    const isRefused = (lane: ForecastLane) => refused.some((one) => one.dispatchId === lane.dispatch && one.operatorNo === lane.operator);
    return {
      ...{ gateway, reason, dispatchIds, dispatches: dispatchIds.length },
      operators: new Set(refused.map(({ operatorNo }) => operatorNo)).size,
      waiting: lanes.reduce((sum, lane) => sum + (isRefused(lane) ? lane.messages : 0), 0),
      until: refused.map(({ waitUntil }) => waitUntil).sort()[0] ?? null,
    };
  });
}

/** What somebody should look at, the most general first. */
function findAttention({ state, open, upcoming, use, lanes, today, foretold }: Found, locale: Locale): Overview["attention"] {
  const found: Overview["attention"] = [];
  const add = (
    code: Overview["attention"][number]["code"],
    dispatchId: string | null,
    params: Record<string, string | number> = {},
    text: string = code,
    more: Pick<Overview["attention"][number], "refusal"> = {},
  ) => {
    found.push({ code, dispatch_id: dispatchId, detail: textOf(locale, `attention.${text}`, params), ...more });
  };
  if (state.sending === "stopped")
    add("sending_stopped", null, { reason: state.reason ?? "" }, state.reason ? "sending_stopped_reason" : "sending_stopped");
  // A database on which nothing was ever swept is late only when there is something to sweep.
  if (state.sweptSecondsAgo === null ? state.isBusy : state.sweptSecondsAgo > SWEEP_LATE_S) add("sweep_late", null);
  for (const { dispatchIds, ...refusal } of refusals(use, lanes)) {
    const { until: _, ...params } = refusal;
    add("gateway_refuses", dispatchIds.length === 1 ? dispatchIds[0]! : null, params, "gateway_refuses", { refusal });
  }
  for (const { id } of [...open, ...upcoming]) {
    const count = foretold.get(id)?.notSent ?? 0;
    if (count > 0) add("will_not_fit", id, { count });
  }
  for (const { id, count } of today.unknown) add("unknown_outcomes", id, { count });
  return found;
}
