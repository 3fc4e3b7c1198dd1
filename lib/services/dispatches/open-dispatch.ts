import { holdExcluded } from "@/db/audience/terms";
import { type Tx, transaction } from "@/db/client";
import { moveDispatch, readDispatchState } from "@/db/dispatches/dispatch-state";
import { countAudience } from "@/db/sending/audience";
import { listLanes, makeLanes, setLanesOpen } from "@/db/sending/lanes";
import type { DueDelivery } from "@/db/webhooks/webhooks";
import { audit } from "@/lib/services/audit";
import { type Context, systemActor } from "@/lib/services/context";
import { deliveriesDue } from "@/lib/services/events";
import { unknowable } from "./audience/resolve-filters";
import { finishDispatch } from "./finish-dispatch";
import { payAtOpening } from "./spend-recipients";

export type OpenResult =
  /** The database's clock has not reached the start: sleep again until `at` (ISO). */
  | { kind: "early"; at: string }
  | { kind: "open"; lanes: { lane: number; operator: number }[]; end: string }
  /** It is over, was cancelled, edited (`version` is not the caller's), or never was. */
  | { kind: "gone" };

/**
 * Opens a dispatch whose start has come: `scheduled → running` with its lanes, or `→ expired` when
 * its window is closed. One transaction; a repeat answers the same. One whose audience is beyond a
 * ceiling of recipients a day by now, or leaves out a dispatch that runs again, opens paused. Never
 * before `start_datetime` on the database's clock.
 */
export async function openDispatch(ctx: Context, id: string, version: number): Promise<OpenResult> {
  let deliveries: DueDelivery[] = [];
  const result = await transaction(ctx.db.sql, async (tx): Promise<OpenResult> => {
    const dispatch = await readDispatchState(tx, id, true);
    if (!dispatch || dispatch.version !== version) return { kind: "gone" };
    const end = new Date(dispatch.endMs).toISOString();
    if (dispatch.status === "running" || dispatch.status === "paused")
      return { kind: "open", lanes: await listLanes(tx, dispatch.no), end };
    if (dispatch.status !== "scheduled") return { kind: "gone" };
    if (dispatch.nowMs < dispatch.startMs)
      return { kind: "early", at: new Date(dispatch.startMs).toISOString() };
    const to = dispatch.nowMs >= dispatch.endMs ? "expired" : "running";
    deliveries = (await moveDispatch(tx, id, to))?.deliveries ?? [];
    await audit({ actor: systemActor() }, tx, `dispatch.${to === "running" ? "opened" : "expired"}`, id);
    if (to === "expired") return { kind: "open", lanes: [], end };
    await makeLanes(tx, dispatch.no);
    const why = await reasonToHold(tx, dispatch.no);
    if (why) deliveries.push(...(await holdBack(tx, id, dispatch.no, why)));
    return { kind: "open", lanes: await listLanes(tx, dispatch.no), end };
  });
  await ctx.announce(deliveriesDue(deliveries));
  // A dispatch whose window is over already still counts its audience, as expired.
  if (result.kind === "open" && result.lanes.length === 0) await finishDispatch(ctx, id);
  return result;
}

/** Why a dispatch must not begin, as its audit entry says it: null when it may. */
async function reasonToHold(tx: Tx, no: number): Promise<{ reason: string; [more: string]: unknown } | null> {
  const unknown = unknowable(await holdExcluded(tx, no));
  if (unknown) return { reason: unknown.code, dispatch: unknown.id };
  const over = await payAtOpening(tx, no);
  return over && { reason: "daily_limit", ...over };
}

/**
 * The audience has grown beyond the author's ceiling, or excludes a dispatch whose recipients are
 * not known. The dispatch opens paused, in the same transaction, so that no message goes out. It is
 * no error: the caller sees a pause with its reason.
 */
async function holdBack(tx: Tx, id: string, no: number, why: { reason: string }): Promise<DueDelivery[]> {
  const moved = await moveDispatch(tx, id, "paused", ["running"]);
  await setLanesOpen(tx, no, false);
  await audit({ actor: systemActor() }, tx, "dispatch.paused", id, { after: { status: "paused", ...why } });
  return moved?.deliveries ?? [];
}

/**
 * Counts the audience. A step of its own, so that counting ten million recipients does not delay
 * the start.
 */
export async function countDispatchAudience(ctx: Context, id: string): Promise<void> {
  const dispatch = await readDispatchState(ctx.db.sql, id);
  if (dispatch?.status === "running" || dispatch?.status === "paused")
    await countAudience(ctx.db.sql, dispatch.no);
}
