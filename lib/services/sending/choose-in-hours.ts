import type { Tx } from "@/db/client";
import type { ClaimedHours, LockedLane } from "@/db/sending/claim";
import {
  addLaneZones,
  claimPassedOver,
  drainLane,
  holdRetries,
  listDueZones,
  listLaneZones,
  NO_ZONE,
  readNextRetry,
} from "@/db/sending/lane-zones";
import { type HoursRule, knownRanges, lastClaimMs, type TimeRange, zoneOf } from "@/lib/domain/hours";
import { type LaneWait, type QuietWait, quietUntil } from "@/lib/domain/lane-wait";
import { type ChunkPlan, planChunk } from "@/lib/domain/pacing";

export type ClaimPlan = Extract<ChunkPlan, { kind: "claim" }>;
export type WaitReason = Extract<LaneWait, "operator_busy" | "retry" | "clock" | QuietWait>;

/** What to claim, or why nothing. */
export type Choice =
  | { kind: "claim"; from: "retries" | "audience"; plan: ClaimPlan; hours?: ClaimedHours }
  | { kind: "again" | "drained" | "closed" }
  | { kind: "wait"; reason: WaitReason; untilMs: number; correctedSlotMs?: number };

/** Who is skipped needs no slots. */
const SKIPPED_AT_ONCE = 1_000;

/** Do hours of the day matter to this lane? Once they have, it goes on by its zones. */
export const hasHours = (lane: LockedLane): boolean =>
  lane.localTime !== null || lane.quietHours !== null || lane.hasZones;

/**
 * What to claim next where hours of the day matter: due retries first, then the audience; of the
 * zones that are open now the one whose hours end first. Nothing is claimed that could not be
 * written before they end. What is due in other zones waits for the hours there, and so does the
 * lane when all do.
 */
export async function chooseInHours(
  tx: Tx,
  laneNo: number,
  lane: LockedLane,
  measuredRate: number,
): Promise<Choice> {
  const { nowMs, endMs, drained } = lane;
  if (nowMs >= endMs) return { kind: "closed" };
  if (!lane.hasZones && !drained) await addLaneZones(tx, laneNo);
  const openings = openingsOf(lane, measuredRate);

  if (lane.retryDueMs !== null && lane.retryDueMs <= nowMs) {
    const due = (await listDueZones(tx, laneNo, nowMs)).map((zone) => ({ zone, opening: openings(zone) }));
    const shut = due.flatMap(({ zone, opening }) =>
      "nextMs" in opening ? [{ zone, ms: opening.nextMs }] : [],
    );
    if (shut.length > 0) await holdRetries(tx, laneNo, nowMs, lane.quietVersion, shut);
    return firstOf(due, "retries") ?? { kind: "again" };
  }

  const zones = drained ? [] : (await listLaneZones(tx, laneNo)).filter((zone) => !zone.drained);
  const ahead = zones.map((zone) => ({ ...zone, opening: openings(zone.zone) }));
  const choice = firstOf(ahead, "audience");
  if (choice) return choice;

  // Nobody can be written to now: the moment to look for those who came to a zone that was passed.
  if (!drained && (await addLaneZones(tx, laneNo)) > 0) return { kind: "again" };
  if ((await claimPassedOver(tx, laneNo, lane)) > 0) return { kind: "again" };
  if (!drained && ahead.length === 0) {
    await drainLane(tx, laneNo);
    return { kind: "again" };
  }
  const untilMs = Math.min(...ahead.map(({ opening }) => ("nextMs" in opening ? opening.nextMs : endMs)));
  const retry = await readNextRetry(tx, laneNo);
  if (!retry && drained) return { kind: "drained" };
  if (retry && !retry.isHeld && retry.dueMs < untilMs)
    return { kind: "wait", reason: "retry", untilMs: retry.dueMs };
  return {
    kind: "wait",
    reason: quietUntil(lane.quietVersion),
    untilMs: Math.min(untilMs, retry?.dueMs ?? endMs),
  };
}

/** What a zone is to a lane now. `nextMs`: shut until then. */
type Opening =
  | { kind: "skipped" }
  | { range: TimeRange; claimMs: number; plan: Exclude<ChunkPlan, { kind: "over" }> }
  | { nextMs: number };

function openingsOf(lane: LockedLane, measuredRate: number): (zone: string) => Opening {
  const { nowMs, endMs } = lane;
  const rule: HoursRule = { local: lane.localTime, quiet: lane.quietHours, zone: lane.timezone };
  return (zone) => {
    const theirs = zoneOf(rule, zone === NO_ZONE ? null : zone);
    if (theirs === undefined) return { kind: "skipped" };
    const [range, next] = knownRanges(rule, theirs, nowMs, endMs, 2);
    if (!range) return { nextMs: endMs };
    if (range.fromMs > nowMs) return { nextMs: range.fromMs };
    const claimMs = lastClaimMs(range, next !== undefined);
    const plan = planChunk({ ...lane, endMs: claimMs, measuredRate });
    return plan.kind === "over" ? { nextMs: next?.fromMs ?? endMs } : { range, claimMs, plan };
  };
}

/** The first of them that can be claimed: who is skipped, then the zone whose hours end first. */
function firstOf(
  zones: { zone: string; cursor?: string; opening: Opening }[],
  from: "retries" | "audience",
): Choice | undefined {
  const endOf = ({ opening }: (typeof zones)[number]) =>
    "range" in opening ? opening.range.toMs : "nextMs" in opening ? Number.POSITIVE_INFINITY : 0;
  const [first] = [...zones].sort((a, b) => endOf(a) - endOf(b));
  if (!first || "nextMs" in first.opening) return undefined;
  const { zone, cursor = "0", opening } = first;
  if (!("range" in opening))
    return {
      kind: "claim",
      from,
      plan: { kind: "claim", firstSlotMs: 0, slots: 0, stepMs: 0, limit: SKIPPED_AT_ONCE },
      hours: {
        zone,
        cursor,
        isSkipped: true,
        fromMs: Number.NEGATIVE_INFINITY,
        toMs: Number.POSITIVE_INFINITY,
        claimMs: Number.POSITIVE_INFINITY,
      },
    };
  const { plan, range, claimMs } = opening;
  if (plan.kind === "wait") return { ...plan, reason: "operator_busy" };
  const { fromMs, toMs } = range;
  return { kind: "claim", from, plan, hours: { zone, cursor, isSkipped: false, fromMs, toMs, claimMs } };
}
