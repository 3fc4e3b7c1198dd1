import { readSnapshot } from "@/db/client";
import { countDispatches, listDispatches } from "@/db/dispatches/dispatches";
import type { BoardQuery } from "@/lib/contract/dispatches/dispatch";
import {
  type DispatchOrder,
  type DispatchStatus,
  dispatchStatuses,
  finishedStatuses,
} from "@/lib/domain/lifecycle";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Dispatch, toDispatch } from "@/lib/services/dispatches/get-dispatch";
import { filterOf } from "./filter-of";

/** The first cards of each column, and how many dispatches there are by status. */
export interface Board {
  counts: Record<DispatchStatus, number>;
  scheduled: Dispatch[];
  running: Dispatch[];
  paused: Dispatch[];
  /** Completed, expired and cancelled. */
  finished: Dispatch[];
}

/**
 * How many dispatches there are in each status, and the first of each column, all of one moment.
 */
export async function getBoard(ctx: Context, query: BoardQuery): Promise<Board> {
  requireRight(ctx, "read");
  const filter = filterOf(query);
  return readSnapshot(ctx.db.sql, async (tx) => {
    const column = async (statuses: readonly DispatchStatus[], by: DispatchOrder, isDescending: boolean) => {
      if (query.limit === 0) return [];
      const rows = await listDispatches(
        tx,
        { ...filter, statuses: [...statuses] },
        { by, isDescending },
        query.limit,
        null,
      );
      return rows.map(toDispatch);
    };
    const [counts, scheduled, running, paused, finished] = await Promise.all([
      countDispatches(tx, filter),
      column(["scheduled"], "start", false),
      column(["running"], "created", true),
      column(["paused"], "created", true),
      column(finishedStatuses, "finished", true),
    ]);
    const none = Object.fromEntries(dispatchStatuses.map((status) => [status, 0])) as Board["counts"];
    return { counts: { ...none, ...counts }, scheduled, running, paused, finished };
  });
}
