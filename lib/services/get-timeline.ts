import { findDispatch } from "@/db/dispatches";
import { readSendingState } from "@/db/lifecycle";
import { type LaneRow, listEvents, listFailures, listLaneRows, listRate } from "@/db/timeline";
import { type Locale, textOf } from "@/lib/contract/texts";
import type { LaneReason, Timeline } from "@/lib/contract/timeline";
import { NotFoundError } from "@/lib/domain/errors";
import { refusalOf } from "@/lib/domain/lane-wait";
import { type DispatchStatus, isFinished } from "@/lib/domain/lifecycle";
import { requireRight } from "./authorize";
import type { Context } from "./context";
import { laneProgress } from "./get-dispatch";

/** What happened when, by whom, and why a dispatch is not faster. @throws NotFoundError */
export async function getTimeline(ctx: Context, id: string, locale: Locale): Promise<Timeline> {
  requireRight(ctx, "read");
  const { sql } = ctx.db;
  const dispatch = await findDispatch(sql, id);
  if (!dispatch) throw new NotFoundError("dispatch", id);
  const [events, lanes, rate, failures, sending] = await Promise.all([
    listEvents(sql, id),
    listLaneRows(sql, dispatch.no),
    listRate(sql, dispatch.no),
    listFailures(sql, dispatch.no),
    readSendingState(sql),
  ]);
  return {
    events: events.map((event) => ({ ...event, detail: textOf(locale, `event.${event.action}`) })),
    lanes: lanes.map((lane) => {
      const code = reasonOf(lane, dispatch.status, sending.state);
      return {
        operator: { id: lane.operatorId, code: lane.code, name: lane.name, rate_per_second: lane.rate },
        progress: laneProgress(lane.counters),
        rate: lane.perSecond * dispatch.segments,
        reason: { code, detail: textOf(locale, `reason.${code}`), until: code === "outdated" ? null : lane.waitUntil },
      };
    }),
    rate,
    failures,
  };
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
  if (lane.drained) return isRetrying ? "retries" : "drained";
  // The one wait that is left is for the operator's next slot: a lane that waits for a retry has tried everybody.
  if (!lane.hasTurn && wait === null) return "waiting_for_engine";
  if (lane.rate === null) return "unlimited";
  return lane.others > 0 ? "operator_shared" : "paced";
}
