import { randomUUID } from "node:crypto";
import { type ClaimedChunk, findClaim, type LockedLane, lockLane } from "@/db/sending/claim";
import { claimAudience, isSecondMessage } from "@/db/sending/claim-audience";
import { claimRetries } from "@/db/sending/claim-retries";
import { notHandedOver, settleChunk } from "@/db/sending/settle";
import { moveNextSlot } from "@/db/sending/slots";
import { retry } from "@/lib/common/retry";
import type { LaneWait } from "@/lib/domain/lane-wait";
import { type ChunkPlan, CLOCK_ERROR_MS_MAX, planChunk } from "@/lib/domain/pacing";
import { log } from "@/lib/log";
import { wakeLanes } from "@/lib/services/events";
import type { Found, Seeker } from "./seeker";
import type { SendingContext } from "./sending-context";

/** A worker that lost its chunks is silent at least this long before they are taken back. */
export const LEASE_MS = 90_000;
/** The longest call that a gateway's settings allow. */
const CALL_MS_MAX = 60_000;
/**
 * Nothing of a chunk is handed over later after its claim, so that its lease outlives the last
 * call. What is left is released.
 */
export const HAND_OVER_MS_MAX = LEASE_MS - CALL_MS_MAX;
/** Renewed by each claim; a turn that died is replaced after it. */
export const TURN_LEASE_MS = 10_000;

/** How long a lane with a rate waits for better answers from the database. */
const CLOCK_WAIT_MS = 100;
/** How often the database is asked whether a claim went through. */
const TAKE_BACK_MS = 500;

export interface Chunk extends ClaimedChunk {
  lane: LockedLane;
  laneNo: number;
  /** When its claim was asked for, on this process's clock. */
  askedMs: number;
  plan: Extract<ChunkPlan, { kind: "claim" }>;
}

export type Claim =
  | { kind: "chunk"; chunk: Chunk }
  /**
   * Look again at once: the claim found skipped recipients only, or a long stretch without a match.
   */
  | { kind: "again" }
  /** Nothing can be claimed before that instant (database clock). */
  | { kind: "wait"; reason: Extract<LaneWait, "operator_busy" | "retry" | "clock">; untilMs: number }
  /** Everybody was claimed and no retry waits. */
  | { kind: "drained" }
  /** The lane is closed, its window is over, or another turn has it. */
  | { kind: "closed" }
  /** The database's schema is newer than this program. */
  | { kind: "outdated" };

/**
 * Claims the lane's next chunk: due retries first, then the audience. One transaction: a message
 * exists before a gateway hears of it.
 * @param seeker of a dispatch with terms: what knows whom to claim
 */
export async function claimChunk(
  ctx: SendingContext,
  laneNo: number,
  turnToken: string,
  measuredRate: number,
  seeker?: Seeker,
): Promise<Claim> {
  if (seeker && !(await seeker.step())) return { kind: "again" };
  const token = randomUUID();
  const attempt = (isCareful: boolean) =>
    claim(ctx, laneNo, turnToken, token, measuredRate, isCareful, seeker);
  try {
    const { found, ...claimed } = await attempt(false).catch((error) => {
      if (!isSecondMessage(error)) throw error;
      return attempt(true);
    });
    if (found) seeker?.took(found);
    return claimed;
  } catch (error) {
    await ctx.waitUntil(takeBack(ctx, laneNo, token));
    throw error;
  }
}

/**
 * A commit whose answer was lost may have gone through: then there is a chunk that no worker will
 * hand over. It need not wait until its lease ends, since only this process could have known of it.
 */
async function takeBack(ctx: SendingContext, laneNo: number, token: string): Promise<void> {
  const { clock, stopping } = ctx;
  if (stopping.aborted) return;
  const attempt = async () => {
    const found = await findClaim(ctx.db.sql, laneNo, token);
    if (!found) return;
    await settleChunk(
      ctx.db.sql,
      { no: found.no, token, ids: found.ids },
      found.ids.map(notHandedOver),
      true,
    );
    await ctx.announce(wakeLanes([{ lane: laneNo, operator: found.operatorNo }]));
  };
  const note = (err: unknown) =>
    log.warn({ err, lane: laneNo }, "a claim that perhaps went through could not be taken back yet");
  await retry(attempt, {
    pause: { clock, ms: () => TAKE_BACK_MS, untilMs: clock.now() + LEASE_MS, stopping },
    onFailure: note,
  }).catch(note);
}

function claim(
  ctx: SendingContext,
  laneNo: number,
  turnToken: string,
  token: string,
  measuredRate: number,
  isCareful: boolean,
  seeker: Seeker | undefined,
): Promise<Claim & { found?: Found }> {
  const sentMs = ctx.clock.now();
  return ctx.db.sql.begin(async (tx): Promise<Claim & { found?: Found }> => {
    const lane = await lockLane(tx, laneNo, turnToken);
    if (!lane) return { kind: "closed" };
    if (ctx.schema.isOutdated(lane.newestMigration)) return { kind: "outdated" };
    ctx.databaseClock.learn(sentMs, ctx.clock.now(), lane.nowMs);
    const retryIsDue = lane.retryDueMs !== null && lane.retryDueMs <= lane.nowMs;
    if (lane.drained && !retryIsDue) {
      return lane.retryDueMs === null
        ? { kind: "drained" }
        : { kind: "wait", reason: "retry", untilMs: lane.retryDueMs };
    }
    if (lane.rate !== null && ctx.databaseClock.errorMs(ctx.clock.now()) >= CLOCK_ERROR_MS_MAX)
      return { kind: "wait", reason: "clock", untilMs: lane.nowMs + CLOCK_WAIT_MS };
    const plan = planChunk({ ...lane, measuredRate });
    if (plan.kind === "over") return { kind: "closed" };
    if (plan.kind === "wait") {
      if (plan.correctedSlotMs !== undefined)
        await moveNextSlot(tx, lane.operatorNo, plan.correctedSlotMs, lane.lastSegments);
      return { kind: "wait", reason: "operator_busy", untilMs: plan.untilMs };
    }
    const found = retryIsDue ? undefined : seeker?.find(lane.cursor, plan.limit);
    if (seeker && !retryIsDue && !found) return { kind: "again" };
    const input = {
      laneNo,
      lane,
      plan,
      token,
      leaseMs: LEASE_MS + CHUNK_SPAN_MS,
      turnMs: TURN_LEASE_MS,
      idempotent: ctx.gatewayOf(lane.gateway).idempotent,
    };
    const sought = seeker && found && { ...found, terms: seeker.terms };
    const chunk = retryIsDue
      ? await claimRetries(tx, input)
      : await claimAudience(tx, input, isCareful, sought);
    return {
      ...(chunk
        ? { kind: "chunk", chunk: { ...chunk, lane, laneNo, askedMs: sentMs, plan } }
        : { kind: "again" }),
      ...(found && { found }),
    };
  }) as Promise<Claim & { found?: Found }>;
}

/**
 * A chunk's slots may begin half a second after its claim and last a quarter of one, or one
 * message.
 */
const CHUNK_SPAN_MS = 5_000;
