import { planChunk } from "./pacing";

/**
 * When dispatches would finish at today's rates. Pure: what is scheduled and running comes in as lanes. Lanes of an operator claim chunks in
 * turn, so each has the share of the operator's time that its chunk has of one round; time is followed from event to event (a lane starts,
 * ends, has handed over everything), never message by message. Instants are milliseconds since the epoch.
 */
export interface ForecastLane {
  /** What the caller knows the dispatch by. */
  dispatch: string;
  /** What the caller knows the operator by. */
  operator: number;
  /** Segments a second; null = unlimited, which takes no time. The same on all lanes of an operator. */
  rate: number | null;
  /** Of one message. */
  segments: number;
  /** Still to be handed over. */
  messages: number;
  startMs: number;
  endMs: number;
}

export interface LaneForecast {
  /** When its last message goes; null when its window ends before. */
  finishesAtMs: number | null;
  /** Messages that would not go before its end. */
  notSent: number;
}

export interface DispatchForecast extends LaneForecast {
  byOperator: (LaneForecast & { operator: number; messages: number })[];
}

/** The lanes' dispatches by their keys. Lanes without a message finish at their start. */
export function forecast(lanes: readonly ForecastLane[], nowMs: number): Map<string, DispatchForecast> {
  const results = new Map<string, DispatchForecast>();
  const operators = new Map<number, ForecastLane[]>();
  for (const lane of lanes) {
    const others = operators.get(lane.operator);
    if (others) others.push(lane);
    else operators.set(lane.operator, [lane]);
  }
  for (const ofOperator of operators.values()) {
    const ends = simulate(ofOperator, nowMs);
    ofOperator.forEach((lane, i) => {
      const { finishesAtMs, notSent } = ends[i]!;
      const all = results.get(lane.dispatch) ?? { finishesAtMs: 0, notSent: 0, byOperator: [] };
      all.finishesAtMs = all.finishesAtMs === null || finishesAtMs === null ? null : Math.max(all.finishesAtMs, finishesAtMs);
      all.notSent += notSent;
      all.byOperator.push({ operator: lane.operator, messages: lane.messages, finishesAtMs, notSent });
      results.set(lane.dispatch, all);
    });
  }
  return results;
}

interface Runner {
  startMs: number;
  endMs: number;
  /** Of one message: how long its slots are. */
  stepMs: number;
  /** Of one chunk: what it takes of a round in which each lane claims once. */
  chunkMs: number;
  /** Slots still to be used. */
  workMs: number;
  result: LaneForecast;
}

/** The lanes of one operator, in the order given. */
function simulate(lanes: readonly ForecastLane[], nowMs: number): LaneForecast[] {
  const runners = lanes.map((lane): Runner => {
    const startMs = Math.max(lane.startMs, nowMs);
    const { stepMs, limit } = chunkOf(lane);
    const isClosed = lane.endMs <= startMs;
    const isAtOnce = lane.messages === 0 || (stepMs === 0 && !isClosed);
    return {
      startMs,
      endMs: lane.endMs,
      stepMs,
      chunkMs: stepMs * Math.min(limit, Math.max(1, lane.messages)),
      workMs: isAtOnce || isClosed ? 0 : lane.messages * stepMs,
      result: isAtOnce ? { finishesAtMs: startMs, notSent: 0 } : { finishesAtMs: null, notSent: lane.messages },
    };
  });
  const waiting = runners.filter((r) => r.workMs > 0).sort((a, b) => b.startMs - a.startMs);
  let active: Runner[] = [];
  let atMs = waiting.at(-1)?.startMs ?? nowMs;
  while (active.length > 0 || waiting.length > 0) {
    if (active.length === 0) atMs = Math.max(atMs, waiting.at(-1)!.startMs);
    while (waiting.length > 0 && waiting.at(-1)!.startMs <= atMs) active.push(waiting.pop()!);
    const roundMs = active.reduce((sum, r) => sum + r.chunkMs, 0);
    let nextMs = waiting.at(-1)?.startMs ?? Number.POSITIVE_INFINITY;
    for (const r of active) nextMs = Math.min(nextMs, r.endMs, atMs + (r.workMs * roundMs) / r.chunkMs);
    for (const r of active) advance(r, atMs, nextMs, r.chunkMs / roundMs);
    active = active.filter((r) => r.workMs > 0 && r.endMs > nextMs);
    atMs = nextMs;
  }
  return runners.map((r) => r.result);
}

/** A message goes at the beginning of its slots: the last one before they are used up, and whoever has begun before the end has gone. */
function advance(r: Runner, fromMs: number, toMs: number, share: number): void {
  const beforeLastMs = r.workMs - r.stepMs;
  const doneMs = (toMs - fromMs) * share;
  // Less than a microsecond is a rounding error: left over, it could be too small to move the clock at all.
  const leftMs = r.workMs - doneMs > 1e-3 ? r.workMs - doneMs : 0;
  if (r.result.finishesAtMs === null && leftMs < r.stepMs) {
    r.result.finishesAtMs = Math.min(toMs, fromMs + Math.max(0, beforeLastMs) / share);
  }
  r.workMs = leftMs;
  r.result.notSent = r.result.finishesAtMs === null ? Math.floor(leftMs / r.stepMs + 1e-9) : 0;
}

/** A chunk as the pacing rule cuts it, on an operator that is busy already. */
function chunkOf({ rate, segments }: ForecastLane): { stepMs: number; limit: number } {
  const plan = planChunk({ nowMs: 0, nextSlotMs: 0, endMs: Number.POSITIVE_INFINITY, rate, segments, measuredRate: 0 });
  // With slots from now on and no end, the rule always claims.
  return plan.kind === "claim" ? plan : { stepMs: 0, limit: 1 };
}
