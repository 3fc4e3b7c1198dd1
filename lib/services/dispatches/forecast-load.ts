import { type LoadRow, listLoad, type RatedOperator, type TagCount } from "@/db/dispatches/load";
import type { ForecastLane } from "@/lib/domain/forecast";
import { knownRanges, type TimeRange } from "@/lib/domain/hours";
import { countAll } from "@/lib/services/audience/count-tags";
import type { Context } from "@/lib/services/context";

/** What is scheduled or running, as lanes of a forecast; `exceptId` is left out. */
export async function loadLanes(
  ctx: Context,
  operators: RatedOperator[],
  exceptId: string | null = null,
): Promise<ForecastLane[]> {
  const rows = await listLoad(ctx.db.sql, null, exceptId);
  const tags = rows.filter((row) => row.expected === null).map((row) => row.tagNo);
  return lanesOf(rows, operators, await countAll(ctx, tags), ctx.now().getTime());
}

/**
 * The lanes of these dispatches: of open ones what their lanes have left, of the others their
 * audience of today. Whose hours matter is taken to be in the dispatch's zone.
 */
export function lanesOf(
  rows: LoadRow[],
  operators: RatedOperator[],
  counts: TagCount[],
  nowMs: number,
): ForecastLane[] {
  const countOf = new Map(counts.map((c) => [`${c.tagNo} ${c.operatorNo}`, c.count]));
  return rows.flatMap((row) => {
    const ranges = rangesOf(row, row.timezone, nowMs);
    const matching = operators.filter((o) => row.operatorNo === null || row.operatorNo === o.no);
    const counted = matching.map((o) => ({
      operator: o,
      messages: (row.expected ? row.expected[o.no] : countOf.get(`${row.tagNo} ${o.no}`)) ?? 0,
    }));
    return (row.isOpen ? remainingOf(row, counted) : counted)
      .filter(({ messages }) => messages > 0)
      .map(({ operator, messages }) => ({ ...laneOf(row, operator, messages), ...(ranges && { ranges }) }));
  });
}

export function laneOf(
  { id, segments, startMs, endMs }: Pick<LoadRow, "id" | "segments" | "startMs" | "endMs">,
  operator: RatedOperator,
  messages: number,
): ForecastLane {
  return { dispatch: id, operator: operator.no, rate: operator.rate, segments, messages, startMs, endMs };
}

/** Later ranges than these are not looked at: about two weeks of days. */
const RANGES_MAX = 14;

/** When recipients in a zone are sent to; undefined: hours of the day do not matter. */
export function rangesOf(
  { localTime: local, quietHours: quiet, startMs, endMs }: Hourly,
  zone: string,
  nowMs: number,
): TimeRange[] | undefined {
  if (!local && !quiet) return undefined;
  return knownRanges({ local, quiet }, zone, Math.max(startMs, nowMs), endMs, RANGES_MAX);
}

type Hourly = Pick<LoadRow, "localTime" | "quietHours" | "startMs" | "endMs">;

type Share = { operator: RatedOperator; messages: number };

/**
 * What the lanes of an open dispatch have left. How many remain is known of the whole dispatch
 * alone; who matches today tells in which proportion they are spread over the lanes that are not
 * drained.
 */
function remainingOf(row: LoadRow, counted: Share[]): Share[] {
  const laneBy = new Map(row.lanes.map((lane) => [lane.operator, lane]));
  const unclaimed = counted.map(({ operator, messages }) => {
    const lane = laneBy.get(operator.no);
    return lane && !lane.drained ? Math.max(0, messages - lane.accounted) : 0;
  });
  const accounted = row.lanes.reduce((sum, lane) => sum + lane.accounted, 0);
  const sum = unclaimed.reduce((a, b) => a + b, 0);
  const scale = row.audience === null || sum === 0 ? 1 : Math.max(0, row.audience - accounted) / sum;
  return counted.map(({ operator }, i) => ({
    operator,
    messages: Math.round(unclaimed[i]! * scale) + (laneBy.get(operator.no)?.deferred ?? 0),
  }));
}
