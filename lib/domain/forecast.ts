import type { TimeRange } from "./hours";
import { planChunk } from "./pacing";

/**
 * When dispatches would finish at today's rates. Pure: what is scheduled and running comes in as
 * lanes. Lanes of an operator claim chunks in turn, so each has the share of the operator's time
 * that its chunk has of one round; time is followed from event to event (a lane starts, ends, has
 * handed over everything), never message by message. Instants are milliseconds since the epoch.
 */
export interface ForecastLane {
  /** What the caller knows the dispatch by. */
  dispatch: string;
  /** What the caller knows the operator by. */
  operator: number;
  /**
   * Segments a second; null = unlimited, which takes no time. The same on all lanes of an operator.
   */
  rate: number | null;
  /** Of one message. */
  segments: number;
  /** Still to be handed over. */
  messages: number;
  startMs: number;
  endMs: number;
  /** Part of its operator's: of recipients in this zone, who are sent to in these ranges alone. */
  zone?: string;
  ranges?: TimeRange[];
}

export interface LaneForecast {
  /** When its last message goes; null when its window ends before. */
  finishesAtMs: number | null;
  /** Messages that would not go before its end. */
  notSent: number;
}

export interface DispatchForecast extends LaneForecast {
  byOperator: Share<{ operator: number }>[];
  /** Of lanes by zone. */
  byZone: Share<{ zone: string }>[];
}

type Share<Of> = LaneForecast & Of & { messages: number };

/** The lanes' dispatches by their keys. Lanes without a message finish at their start. */
export function forecast(lanes: readonly ForecastLane[], nowMs: number): Map<string, DispatchForecast> {
  return foresee(lanes, nowMs).dispatches;
}

export interface Foreseen {
  dispatches: Map<string, DispatchForecast>;
  /** By operator: when all of its rate is taken, in order. Between these nothing of it is. */
  busy: Map<number, TimeRange[]>;
}

/** The same, and when operators are busy. */
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

/** Lanes by zone share an operator, and lanes of several operators a zone. */
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
  /** Of one message: how long its slots are. */
  stepMs: number;
  /** Of one chunk: what it takes of a round in which each lane claims once. */
  chunkMs: number;
  /** Slots that it would use in all. */
  workMs: number;
  /** Rounds that had gone by when it started. */
  started: number;
  isOver: boolean;
  result: LaneForecast;
  /** When it goes on after its end. */
  later: TimeRange[];
}

/** What comes of a lane after so many rounds: its last message goes, or it is done. */
interface Mark {
  rounds: number;
  runner: Runner;
  isLast: boolean;
}

/**
 * The lanes of one operator, in the order given. Time is counted in rounds, too: in each of them
 * every active lane uses the slots of one chunk, however long the round takes. So what is to come
 * of a lane is known in rounds when it starts, whoever joins or leaves, and each event costs the
 * search for its place.
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
    // What rounding leaves of the sum would be a lane of its own.
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
      // A message that has begun before the end has gone.
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

/** What is left of a lane goes on in its next range. */
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

/** Keeps the next one last. */
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

/** A chunk as the pacing rule cuts it, on an operator that is busy already. */
function chunkOf({ rate, segments }: ForecastLane): { stepMs: number; limit: number } {
  const plan = planChunk({
    nowMs: 0,
    nextSlotMs: 0,
    endMs: Number.POSITIVE_INFINITY,
    rate,
    segments,
    measuredRate: 0,
  });
  // With slots from now on and no end, the rule always claims.
  return plan.kind === "claim" ? plan : { stepMs: 0, limit: 1 };
}
