import { randomUUID } from "node:crypto";
import { transaction } from "@/db/client";
import {
  type ClaimedChunk,
  type ClaimedHours,
  findClaim,
  type LockedLane,
  lockLane,
} from "@/db/sending/claim";
import { claimAudience, isSecondMessage } from "@/db/sending/claim-audience";
import { claimRetries } from "@/db/sending/claim-retries";
import { notHandedOver, settleChunk } from "@/db/sending/settle";
import { moveNextSlot } from "@/db/sending/slots";
import { recipientNoOf } from "@/db/sql";
import { retry } from "@/lib/common/retry";
import { type ChunkPlan, CLOCK_ERROR_MS_MAX, planChunk } from "@/lib/domain/pacing";
import { log } from "@/lib/log";
import { wakeLanes } from "@/lib/services/events";
import type { Found, Seeker } from "./ahead/seeker";
import { type Batch, countOf, sizesOf, type TextWriter, textsOf } from "./ahead/text-writer";
import { type Choice, type ClaimPlan, chooseInHours, hasHours, type WaitReason } from "./choose-in-hours";
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
  plan: ClaimPlan;
  /** Of recipients whose hours matter: which they are of, and when those end. */
  hours?: ClaimedHours;
}

export type Claim =
  | { kind: "chunk"; chunk: Chunk }
  /**
   * Look again at once: the claim found skipped recipients only, or a long stretch without a match.
   */
  | { kind: "again" }
  /** Nothing can be claimed before that instant (database clock). */
  | { kind: "wait"; reason: WaitReason; untilMs: number }
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
 * @param writer of a personal dispatch instead: what knows their texts, too
 */
export async function claimChunk(
  ctx: SendingContext,
  laneNo: number,
  turnToken: string,
  measuredRate: number,
  seeker?: Seeker,
  writer?: TextWriter,
): Promise<Claim> {
  await writer?.step();
  if (seeker && !seeker.isLeft && !(await seeker.step())) return { kind: "again" };
  const token = randomUUID();
  const attempt = (isCareful: boolean) =>
    claim(ctx, laneNo, turnToken, token, measuredRate, isCareful, seeker, writer);
  try {
    const { found, taken, ...claimed } = await attempt(false).catch((error) => {
      if (!isSecondMessage(error)) throw error;
      return attempt(true);
    });
    if (found) seeker?.took(found);
    if (taken) writer?.took(...taken);
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

type Claimed = Claim & { found?: Found; taken?: Parameters<TextWriter["took"]> };

function claim(
  ctx: SendingContext,
  laneNo: number,
  turnToken: string,
  token: string,
  measuredRate: number,
  isCareful: boolean,
  seeker: Seeker | undefined,
  writer: TextWriter | undefined,
): Promise<Claimed> {
  const sentMs = ctx.clock.now();
  return transaction(ctx.db.sql, async (tx): Promise<Claimed> => {
    const lane = await lockLane(tx, laneNo, turnToken);
    if (!lane) return { kind: "closed" };
    if (ctx.schema.isOutdated(lane.newestMigration)) return { kind: "outdated" };
    ctx.databaseClock.learn(sentMs, ctx.clock.now(), lane.nowMs);
    if (
      lane.rate !== null &&
      ctx.databaseClock.errorMs(ctx.clock.now()) >= CLOCK_ERROR_MS_MAX &&
      hasWork(lane)
    )
      return { kind: "wait", reason: "clock", untilMs: lane.nowMs + CLOCK_WAIT_MS };
    const isByHours = hasHours(lane);
    if (seeker && isByHours) seeker.isLeft = true;
    const choice = isByHours
      ? await chooseInHours(tx, laneNo, lane, measuredRate)
      : choose(lane, measuredRate);
    if (choice.kind === "wait" && choice.correctedSlotMs !== undefined)
      await moveNextSlot(tx, lane.operatorNo, choice.correctedSlotMs, lane.lastSegments);
    if (choice.kind !== "claim") return choice;
    const { hours } = choice;
    const batch =
      writer && !hours?.isSkipped
        ? writer.find({
            from: choice.from,
            zone: hours?.zone,
            cursor: hours?.cursor ?? lane.cursor,
            limit: writtenAhead(lane.rate ?? measuredRate),
          })
        : undefined;
    if (writer && !hours?.isSkipped && !batch) return { kind: "again" };
    const plan = batch ? planTexts(lane, batch, choice, measuredRate) : choice.plan;
    // The slots of longer messages than was expected: the lane looks again when it may, or at the
    // end that they would pass.
    if (plan.kind === "wait") return { ...plan, reason: "operator_busy" };
    if (plan.kind === "over")
      return { kind: "wait", reason: "operator_busy", untilMs: hours?.claimMs ?? lane.endMs };
    const count = batch && countOf(batch, plan.limit);
    const texts = batch && textsOf(batch, count!);
    const found = isByHours || choice.from === "retries" ? undefined : seeker?.find(lane.cursor, plan.limit);
    if (seeker && !isByHours && choice.from === "audience" && !found) return { kind: "again" };
    const input = {
      laneNo,
      lane,
      plan,
      token,
      leaseMs: LEASE_MS + CHUNK_SPAN_MS,
      turnMs: TURN_LEASE_MS,
      idempotent: ctx.gatewayOf(lane.gateway).idempotent,
      ...(hours && { hours }),
      ...(hours && seeker && { terms: seeker.terms }),
      ...(writer?.expression && { terms: writer.expression }),
      ...(texts && { texts }),
    };
    const sought = seeker && found && { ...found, terms: seeker.terms };
    const chunk =
      choice.from === "retries"
        ? await claimRetries(tx, input)
        : await claimAudience(tx, input, isCareful, sought);
    return {
      ...(chunk
        ? {
            kind: "chunk",
            chunk: {
              ...chunk,
              ...(batch && textsFor(chunk, batch, choice.from)),
              lane,
              laneNo,
              askedMs: sentMs,
              plan,
              ...(hours && { hours }),
            },
          }
        : { kind: "again" }),
      ...(found && { found }),
      ...(batch && { taken: [batch, count!] as const }),
    };
  }) as Promise<Claimed>;
}

const retryIsDue = ({ retryDueMs, nowMs }: LockedLane) => retryDueMs !== null && retryDueMs <= nowMs;

const hasWork = (lane: LockedLane) => !lane.drained || retryIsDue(lane);

/** What to claim next where hours of the day do not matter. */
function choose(lane: LockedLane, measuredRate: number): Choice {
  if (!hasWork(lane))
    return lane.retryDueMs === null
      ? { kind: "drained" }
      : { kind: "wait", reason: "retry", untilMs: lane.retryDueMs };
  const plan = planChunk({ ...lane, measuredRate });
  if (plan.kind === "over") return { kind: "closed" };
  if (plan.kind === "wait") return { ...plan, reason: "operator_busy" };
  return { kind: "claim", from: retryIsDue(lane) ? "retries" : "audience", plan };
}

/** Texts are made for about a second ahead, and as many as a chunk may have at most. */
const writtenAhead = (perSecond: number) => Math.min(1_000, Math.max(20, Math.ceil(perSecond)));

/** Slots for texts of these sizes. Who gets none needs none. */
function planTexts(
  lane: LockedLane,
  batch: Batch,
  { plan, hours }: Extract<Choice, { kind: "claim" }>,
  measuredRate: number,
): ChunkPlan {
  const sizes = sizesOf(batch);
  if (sizes.length === 0) return { ...plan, firstSlotMs: 0, stepMs: 0 };
  return planChunk({ ...lane, endMs: hours?.claimMs ?? lane.endMs, sizes, measuredRate });
}

/** What the messages that were claimed say. */
function textsFor({ ids }: ClaimedChunk, { entries }: Batch, from: "retries" | "audience") {
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const of = (id: string) => byKey.get(from === "retries" ? id : String(recipientNoOf(id)))!;
  return { texts: ids.map((id) => of(id).text!), segments: ids.map((id) => of(id).segments) };
}

/**
 * A chunk's slots may begin half a second after its claim and last a quarter of one, or one
 * message.
 */
const CHUNK_SPAN_MS = 5_000;
