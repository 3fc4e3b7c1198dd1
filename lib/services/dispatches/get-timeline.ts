import { readSnapshot } from "@/db/client";
import { findDispatch } from "@/db/dispatches/dispatches";
import { type SampledTexts, sampleTexts } from "@/db/dispatches/sample-texts";
import {
  type EventRow,
  type LaneRow,
  listDelivered,
  listEvents,
  listFailures,
  listLaneRows,
  listRate,
} from "@/db/dispatches/timeline";
import { readSendingState } from "@/db/sending/sending-state";
import type { LaneReason } from "@/lib/contract/dispatches/timeline";
import { NotFoundError } from "@/lib/domain/errors";
import { isQuiet, refusalOf } from "@/lib/domain/lane-wait";
import { type DispatchStatus, isFinished, messageStatuses } from "@/lib/domain/lifecycle";
import { countAll } from "@/lib/services/audience/count-tags";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type DispatchCost, dispatchCost } from "./cost";
import { countsOf, type Dispatch, type MessageCounts, type Progress, toDispatch } from "./get-dispatch";

export interface Timeline {
  /** Of the same reading as its lanes. */
  dispatch: Dispatch;
  /** Oldest first. */
  events: EventRow[];
  lanes: LaneProgress[];
  /**
   * Of all that gateways took. Null before the start, and of a personal dispatch whose texts nobody
   * knows any more.
   */
  cost: DispatchCost | null;
  /** Messages that a gateway took, by time. */
  rate: { at: string; accepted: number }[];
  /** How many were delivered by then. The last is what the dispatch counts. */
  delivered: { at: string; total: number }[];
  /** What went wrong, by code. */
  failures: { outcome: string; code: string; count: number }[];
}

/** How far a lane is, and why it is not faster. */
export interface LaneProgress {
  operator: { id: string; code: string; name: string; rate: number | null };
  /** `remaining`: who has no message yet; of several operators an estimate. */
  progress: MessageCounts & { remaining: number };
  /** SMS segments a second. */
  rate: number;
  /** `until` (ISO): when it goes on, where that is known. */
  reason: { code: LaneReason; until: string | null };
}

/** What happened when, by whom, and why a dispatch is not faster. @throws NotFoundError */
export async function getTimeline(ctx: Context, id: string): Promise<Timeline> {
  requireRight(ctx, "read");
  const { dispatch, events, lanes, rate, delivered, failures, texts, sending } = await readSnapshot(
    ctx.db.sql,
    async (tx) => {
      const dispatch = await findDispatch(tx, id);
      if (!dispatch) throw new NotFoundError("dispatch", id);
      const [events, lanes, rate, delivered, failures, texts, sending] = await Promise.all([
        listEvents(tx, id),
        listLaneRows(tx, dispatch.no),
        listRate(tx, dispatch.no),
        listDelivered(tx, dispatch.no),
        listFailures(tx, dispatch.no),
        dispatch.personal ? sampleTexts(tx, dispatch.no) : null,
        readSendingState(tx),
      ]);
      return { dispatch, events, lanes, rate, delivered, failures, texts, sending };
    },
  );
  const shown = toDispatch(dispatch);
  const ofLanes = await countsOfLanes(ctx, dispatch, shown.progress, lanes);
  return {
    dispatch: shown,
    events,
    lanes: lanes.map((lane, index) => {
      const code = reasonOf(lane, dispatch.status, sending.state);
      return {
        operator: { id: lane.operatorId, code: lane.code, name: lane.name, rate: lane.rate },
        progress: ofLanes[index]!,
        rate: lane.perSecond * dispatch.segments,
        reason: { code, until: code === "outdated" ? null : lane.waitUntil },
      };
    }),
    cost: dispatch.status === "scheduled" ? null : costSoFar(ctx, dispatch.segments, lanes, texts),
    rate,
    delivered: addUp(delivered, shown.progress.delivered),
    failures,
  };
}

/**
 * When a version before counted some is not known: they came before the others, and stand in each
 * sum.
 */
function addUp(steps: { at: string; delivered: number }[], all: number): Timeline["delivered"] {
  let total = all - steps.reduce((sum, { delivered }) => sum + delivered, 0);
  return steps.map(({ at, delivered }) => {
    total += delivered;
    return { at, total };
  });
}

/** Messages are not counted: counters say how many went, and a few texts how long they are. */
function costSoFar(
  ctx: Context,
  segments: number,
  lanes: LaneRow[],
  sampled: SampledTexts[] | null,
): DispatchCost | null {
  const mean = (some: SampledTexts[]) =>
    some.reduce((sum, one) => sum + one.segments, 0) / some.reduce((sum, { texts }) => sum + texts, 0);
  const parts = [];
  for (const { no, price, counters, operatorId: id, code, name } of lanes) {
    const { accepted } = countsOf(counters);
    if (accepted === 0) continue;
    const own = sampled?.filter(({ laneNo }) => laneNo === no);
    const each = sampled === null ? segments : mean(own!.length > 0 ? own! : sampled);
    // No text is left to say it.
    if (Number.isNaN(each)) return null;
    parts.push({ operator: { id, code, name }, price, segments: Math.round(accepted * each) });
  }
  return dispatchCost(ctx, parts, sampled !== null);
}

/** What people without a message are, and what they can have become when their dispatch ended. */
const unassigned = ["remaining", "cancelled", "expired", "skipped"] as const;

/**
 * The counts of each lane, which add up to the dispatch's. How many have no message yet, and how
 * many had none when it ended, is known of the whole dispatch alone: it is spread over the lanes
 * that are not drained, in proportion to today's audience behind each lane's cursor.
 */
async function countsOfLanes(
  ctx: Context,
  { tagNo, expected }: Pick<Dispatch, "tagNo" | "expected">,
  progress: Progress,
  lanes: LaneRow[],
): Promise<LaneProgress["progress"][]> {
  const counted = lanes.map(({ counters }) => ({ remaining: 0, ...countsOf(counters) }));
  const rest = unassigned.map(
    (key) => [key, progress[key] - counted.reduce((sum, counts) => sum + counts[key], 0)] as const,
  );
  if (rest.every(([, count]) => count <= 0) || lanes.length === 0) return counted;
  const isAllDrained = lanes.every(({ drained }) => drained);
  const counts = lanes.length === 1 || expected ? [] : await countAll(ctx, [tagNo]);
  const accounted = ({ counters }: LaneRow) =>
    messageStatuses.reduce((sum, status) => sum + counters[status]!, 0);
  const countOf = (lane: LaneRow) =>
    (expected
      ? expected[lane.operatorNo]
      : counts.find(({ operatorNo }) => operatorNo === lane.operatorNo)?.count) ?? 0;
  const weights = lanes.map((lane) =>
    lane.drained && !isAllDrained ? 0 : Math.max(1, countOf(lane) - accounted(lane)),
  );
  const sum = weights.reduce((a, b) => a + b, 0);
  for (const [key, count] of rest) {
    let [passed, given] = [0, 0];
    for (const [index, weight] of weights.entries()) {
      passed += weight;
      const share = Math.round((Math.max(0, count) * passed) / sum) - given;
      given += share;
      counted[index]![key] += share;
    }
  }
  return counted;
}

/** The first thing that holds a lane back, the most general first. */
function reasonOf(lane: LaneRow, status: DispatchStatus, sending: string): LaneReason {
  if (isFinished(status)) return "closed";
  if (sending === "stopped") return "stopped";
  if (status === "paused") return "paused";
  const isRetrying = lane.counters.deferred! > 0;
  if (lane.isOver && (!lane.drained || isRetrying)) return "outside_window";
  if (lane.isOutdated && (!lane.drained || isRetrying)) return "outdated";
  // A wait that has passed holds nothing back any more: the engine does.
  const wait = lane.waitUntil === null ? null : lane.waitReason;
  if (refusalOf(wait) !== undefined) return "breaker";
  if (wait === "clock") return "clock";
  if (isQuiet(wait)) return "quiet_hours";
  if (lane.drained) return isRetrying ? "retries" : "drained";
  // Only the wait for the operator's next slot is left: a lane that waits for a retry has tried
  // everybody.
  if (!lane.hasTurn && wait === null) return "waiting_for_engine";
  if (lane.rate === null) return "unlimited";
  return lane.others > 0 ? "operator_shared" : "paced";
}
