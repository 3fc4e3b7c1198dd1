import { randomUUID } from "node:crypto";
import { type ClaimedChunk, claimAudience, claimRetries, type LockedLane, lockLane } from "@/db/chunks";
import { moveNextSlot } from "@/db/lanes";
import { type ChunkPlan, planChunk } from "@/lib/domain/pacing";
import type { SendingContext } from "./sending-context";

/** A worker that lost its chunks is silent at least this long before they are taken back: longer than any gateway's time-out. */
export const LEASE_MS = 90_000;
/** Renewed by each claim; a turn that died is replaced after it. */
export const TURN_MS = 10_000;

export interface Chunk extends ClaimedChunk {
  lane: LockedLane;
  laneNo: number;
  plan: Extract<ChunkPlan, { kind: "claim" }>;
}

export type Claim =
  | { kind: "chunk"; chunk: Chunk }
  /** Look again at once: only skipped people or a long stretch without a match. */
  | { kind: "again" }
  /** Nothing can be claimed before that instant (database clock). */
  | { kind: "wait"; reason: "operator_busy" | "retry"; untilMs: number }
  /** Everybody was claimed and no retry waits. */
  | { kind: "drained" }
  /** The lane is closed, its window is over, or another turn has it. */
  | { kind: "closed" };

/** Claims the lane's next chunk: due retries first, then the audience. One transaction; a message exists before anybody calls a gateway. */
export async function claimChunk(ctx: SendingContext, laneNo: number, turnToken: string, measuredRate: number): Promise<Claim> {
  const sentMs = ctx.clock.now();
  return ctx.db.sql.begin(async (tx): Promise<Claim> => {
    const lane = await lockLane(tx, laneNo, turnToken);
    if (!lane) return { kind: "closed" };
    ctx.databaseClock.learn(sentMs, ctx.clock.now(), lane.nowMs);
    const retryIsDue = lane.retryDueMs !== null && lane.retryDueMs <= lane.nowMs;
    if (lane.drained && !retryIsDue) {
      return lane.retryDueMs === null ? { kind: "drained" } : { kind: "wait", reason: "retry", untilMs: lane.retryDueMs };
    }
    const plan = planChunk({ ...lane, measuredRate });
    if (plan.kind === "over") return { kind: "closed" };
    if (plan.kind === "wait") {
      if (plan.correctedSlotMs !== undefined) await moveNextSlot(tx, lane.operatorNo, plan.correctedSlotMs, lane.lastSegments);
      return { kind: "wait", reason: "operator_busy", untilMs: plan.untilMs };
    }
    const input = { laneNo, lane, plan, token: randomUUID(), leaseMs: LEASE_MS + CHUNK_SPAN_MS, turnMs: TURN_MS };
    const found: { chunk?: ClaimedChunk } = retryIsDue ? await claimRetries(tx, input) : await claimAudience(tx, input);
    if (!found.chunk) return { kind: "again" };
    return { kind: "chunk", chunk: { ...found.chunk, lane, laneNo, plan } };
  }) as Promise<Claim>;
}

/** A chunk's slots may begin half a second after its claim and last a quarter of one, or one message. */
const CHUNK_SPAN_MS = 5_000;
