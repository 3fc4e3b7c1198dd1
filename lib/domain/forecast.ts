import type { TimeRange } from "./hours";
import { planChunk } from "./pacing";

/**
 * Forecasts when dispatches finish at today's rates. Pure: the caller passes all scheduled and
 * running work as lanes. The lanes of an operator claim chunks in turn, so a lane's share of the
 * time is its chunk's share of one round. The simulation jumps from event to event (a lane starts,
 * ends, or has sent everything), never from message to message. Instants are milliseconds since the
 * epoch.
 */
export interface ForecastLane {
  /** The caller's key of the dispatch. */
  dispatch: string;
  /** The caller's key of the operator. */
  operator: number;
  /**
   * Segments a second, the same on all lanes of an operator; null: unlimited, which takes no time.
   */
  rate: number | null;
  /** Of one message. */
  segments: number;
  /** Messages that are still to be sent. */
  messages: number;
  startMs: number;
  endMs: number;
  /** The lane has only the recipients in this zone, who get messages only within `ranges`. */
  zone?: string;
  ranges?: TimeRange[];
}

export interface LaneForecast {
  /** When the last message goes; null when the window ends before that. */
  finishesAtMs: number | null;
  /** Messages that would not go before the window ends. */
  notSent: number;
}

export interface DispatchForecast extends LaneForecast {
  byOperator: Share<{ operator: number }>[];
  /** Only for lanes that have a zone. */
  byZone: Share<{ zone: string }>[];
}

type Share<Of> = LaneForecast & Of & { messages: number };

/** Forecasts each dispatch, by its key. A lane without messages finishes at its start. */
export function forecast(lanes: readonly ForecastLane[], nowMs: number): Map<string, DispatchForecast> {
  return foresee(lanes, nowMs).dispatches;
}

export interface Foreseen {
  dispatches: Map<string, DispatchForecast>;
  /** When each operator works at its full rate, in order. Between these ranges it does nothing. */
  busy: Map<number, TimeRange[]>;
}

/** Forecasts each dispatch, and when operators are busy. */
export function foresee(lanes: readonly ForecastLane[], nowMs: number): Foreseen {
  const results = new Map<string, DispatchForecast>();
  const busy = new Map<number, TimeRange[]>();
  const operators = new Map<number, ForecastLane[]>();
  for (const lane of lanes) {
    const others = operators.get(lane.operator);
    if (others) others.push(lane);
    else operators.set(lane.operator, [lane]);
  }
  for (const [operatorNo, ofOperator] of operators) {
    const { ends, ranges } = simulate(ofOperator, nowMs);
    busy.set(operatorNo, ranges);
    ofOperator.forEach((lane, i) => {
      const { finishesAtMs, notSent } = ends[i]!;
      const all = results.get(lane.dispatch) ?? { finishesAtMs: 0, notSent: 0, byOperator: [], byZone: [] };
      const { operator, zone, messages } = lane;
      add(all, { finishesAtMs, notSent });
      share(all.byOperator, (one) => one.operator === operator, {
        operator,
        messages,
        finishesAtMs,
        notSent,
      });
      if (zone !== undefined)
        share(all.byZone, (one) => one.zone === zone, { zone, messages, finishesAtMs, notSent });
      results.set(lane.dispatch, all);
    });
  }
  return { dispatches: results, busy };
}

function add(to: LaneForecast, { finishesAtMs, notSent }: LaneForecast): void {
  to.finishesAtMs =
    to.finishesAtMs === null || finishesAtMs === null ? null : Math.max(to.finishesAtMs, finishesAtMs);
  to.notSent += notSent;
}

/** Lanes of several zones share an operator, and lanes of several operators share a zone. */
function share<Of>(list: Share<Of>[], isOf: (one: Share<Of>) => boolean, more: Share<Of>): void {
  const known = list.find(isOf);
  if (!known) list.push(more);
  else {
    add(known, more);
    known.messages += more.messages;
  }
}

interface Runner {
  startMs: number;
  endMs: number;
  /** The time of the slots of one message. */
  stepMs: number;
  /** The time of one chunk. In a round each lane claims one chunk. */
  chunkMs: number;
  /** The time of all its slots. */
  workMs: number;
  /** How many rounds had passed when it started. */
  started: number;
  isOver: boolean;
  result: LaneForecast;
  /** The ranges in which it goes on after `endMs`. */
  later: TimeRange[];
}

/** What happens to a lane after so many rounds: its last message goes, or it is done. */
interface Mark {
  rounds: number;
  runner: Runner;
  isLast: boolean;
}

/**
 * Simulates the lanes of one operator, in the given order. It counts time in rounds, too: in each
 * round every active lane uses the slots of one chunk, however long the round takes. So a lane's
 * end in rounds is known when the lane starts, whichever lanes join or leave later, and each event
 * costs one binary search.
 */
function simulate(lanes: readonly ForecastLane[], nowMs: number) {
  const runners = lanes.map((lane) => runnerOf(lane, nowMs));
  const waiting = runners.filter((r) => r.workMs > 0).sort((a, b) => b.startMs - a.startMs);
  const byEnd = [...waiting].sort((a, b) => b.endMs - a.endMs);
  const marks: Mark[] = [];
  const ranges: TimeRange[] = [];
  let active = 0;
  let roundMs = 0;
  let rounds = 0;
  let atMs = nowMs;
  const leave = (r: Runner) => {
    r.isOver = true;
    active--;
    // Rounding errors of the sum must not remain like one more lane.
    roundMs = active === 0 ? 0 : roundMs - r.chunkMs;
  };
  while (active > 0 || waiting.length > 0) {
    if (active === 0) atMs = Math.max(atMs, waiting.at(-1)!.startMs);
    while (waiting.length > 0 && waiting.at(-1)!.startMs <= atMs) {
      const r = waiting.pop()!;
      r.started = rounds;
      active++;
      roundMs += r.chunkMs;
      insert(marks, {
        rounds: rounds + Math.max(0, r.workMs - r.stepMs) / r.chunkMs,
        runner: r,
        isLast: true,
      });
    }
    while (marks.at(-1)?.runner.isOver) marks.pop();
    while (byEnd.at(-1)?.isOver) byEnd.pop();
    const mark = marks.at(-1)!;
    const end = byEnd.at(-1)!;
    const markMs = atMs + Math.max(0, mark.rounds - rounds) * roundMs;
    const startMs = waiting.at(-1)?.startMs ?? Number.POSITIVE_INFINITY;
    const nextMs = Math.min(markMs, end.endMs, startMs);
    rounds = nextMs === markMs ? Math.max(rounds, mark.rounds) : rounds + (nextMs - atMs) / roundMs;
    const range = ranges.at(-1);
    if (range?.toMs === atMs) range.toMs = nextMs;
    else if (nextMs > atMs) ranges.push({ fromMs: atMs, toMs: nextMs });
    atMs = nextMs;
    if (end.endMs <= atMs) {
      // A message that began before the end has gone out.
      const leftMs = end.workMs - (rounds - end.started) * end.chunkMs;
      if (end.result.finishesAtMs === null) {
        end.result.notSent = Math.floor(leftMs / end.stepMs + 1e-9);
        const next = goesOn(end);
        if (next) {
          insertBy(waiting, next, (r) => -r.startMs);
          insertBy(byEnd, next, (r) => -r.endMs);
        }
      }
      leave(end);
    } else if (markMs <= atMs) {
      marks.pop();
      const { runner } = mark;
      if (mark.isLast) {
        runner.result.finishesAtMs = atMs;
        runner.result.notSent = 0;
        insert(marks, { rounds: runner.started + runner.workMs / runner.chunkMs, runner, isLast: false });
      } else leave(runner);
    }
  }
  return { ends: runners.map((r) => r.result), ranges };
}

/** The rest of a lane goes on in its next range. */
function goesOn(runner: Runner): Runner | undefined {
  const [next, ...later] = runner.later;
  const { notSent } = runner.result;
  if (!next || notSent === 0) return undefined;
  const workMs = notSent * runner.stepMs;
  return { ...runner, startMs: next.fromMs, endMs: next.toMs, workMs, later, isOver: false };
}

function runnerOf(lane: ForecastLane, nowMs: number): Runner {
  const ranges = lane.ranges ?? [{ fromMs: Math.max(lane.startMs, nowMs), toMs: lane.endMs }];
  const [{ fromMs: startMs, toMs: endMs } = { fromMs: lane.endMs, toMs: lane.endMs }, ...later] = ranges;
  const { stepMs, limit } = chunkOf(lane);
  const isClosed = endMs <= startMs;
  const isAtOnce = lane.messages === 0 || (stepMs === 0 && !isClosed);
  return {
    startMs,
    endMs,
    stepMs,
    chunkMs: stepMs * Math.min(limit, Math.max(1, lane.messages)),
    workMs: isAtOnce || isClosed ? 0 : lane.messages * stepMs,
    started: 0,
    isOver: false,
    later,
    result: isAtOnce ? { finishesAtMs: startMs, notSent: 0 } : { finishesAtMs: null, notSent: lane.messages },
  };
}

/** The next mark stands last. */
const insert = (marks: Mark[], mark: Mark) => insertBy(marks, mark, ({ rounds }) => -rounds);

function insertBy<T>(list: T[], item: T, orderOf: (item: T) => number): void {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (orderOf(list[middle]!) < orderOf(item)) from = middle + 1;
    else to = middle;
  }
  list.splice(from, 0, item);
}

/** A chunk as the pacing rule plans it on an operator that is busy already. */
function chunkOf({ rate, segments }: ForecastLane): { stepMs: number; limit: number } {
  const plan = planChunk({
    nowMs: 0,
    nextSlotMs: 0,
    endMs: Number.POSITIVE_INFINITY,
    rate,
    segments,
    measuredRate: 0,
  });
  // With free slots and no end, the rule always claims.
  return plan.kind === "claim" ? plan : { stepMs: 0, limit: 1 };
}
