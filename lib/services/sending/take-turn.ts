import { randomUUID } from "node:crypto";
import { beginTurn, endTurn, type Turn } from "@/db/sending/turns";
import { isTripped } from "@/lib/domain/breaker";
import { type LaneWait, refusedBecause } from "@/lib/domain/lane-wait";
import { log } from "@/lib/log";
import { finishDispatch } from "@/lib/services/dispatches/finish-dispatch";
import { wakeLanes } from "@/lib/services/events";
import { type Chunk, claimChunk, TURN_LEASE_MS } from "./claim-chunk";
import type { SendingContext } from "./sending-context";
import { type Transmission, transmitChunk } from "./transmit-chunk";

/** Answers a lane may wait for at once: bounds memory, and is enough for a gateway that takes seconds. */
const UNANSWERED_MAX = 4_000;
/** How often a turn is offered back to a database that is away. */
const GIVE_BACK_MS = 500;
/** Waits longer than this are slept in the engine, not in a turn. */
const WAIT_IN_TURN_MS_MAX = 2_000;
/** After this time somebody who is newer may have the turn. */
const OUTDATED_MS = 2_000;
/** A gateway may ask to be left alone for a day: a lane looks again more often than the sweep takes it for forgotten. */
const WAIT_MS_MAX = 3_600_000;
/** A turn that waits so often for a sharper answer of the database's clock says so, and ends for so long. */
const BLIND_ROUNDS_MAX = 15;
const CLOCK_WAIT_MS = 5_000;
/** Lanes that wait for the same operator wake together; who has just had a chunk comes a little later than who has lost more rounds. */
const YIELD_MS = 8;
/**
 * Messages a second that a lane without a rate is believed to send before it has sent any. Low: what a killed process had started is unknown, and
 * a gateway may be slow. A quick one is known for quick after a few chunks.
 */
const MEASURED_RATE_AT_START = 200;

/** What comes after the turn. `again`: at once, `later`: not before `at` (ISO), `done`: nothing until something changes. */
export type TurnResult = { next: "again" | "done" } | { next: "later"; at: string };

type Ending = { next: "again" | "done" } | { next: "later"; reason: LaneWait; untilMs: number };

/**
 * Works on one lane for at most `turnMs`: claim → transmit → settle, the next chunk claimed while the last is being handed over, its answers
 * awaited while the next goes out. Whatever is still in flight at the end is settled by `ctx.waitUntil`, so that the next turn may begin.
 */
export async function takeTurn(ctx: SendingContext, laneNo: number, turnMs: number): Promise<TurnResult> {
  const token = randomUUID();
  const turn = await beginTurn(ctx.db.sql, laneNo, token, TURN_LEASE_MS);
  if (!turn) return { next: "done" };
  const unwatch = ctx.gates.watch(laneNo);
  const inFlight = new Set<Promise<void>>();
  let ending: Ending = { next: "again" };
  try {
    ending = await work(ctx, turn, token, ctx.clock.now() + turnMs, inFlight);
  } finally {
    unwatch();
    await giveBack(ctx, turn, token, ending.next === "later" ? ending : undefined);
    await ctx.waitUntil(finishAfter(ctx, turn.dispatchId, inFlight));
  }
  if (ending.next !== "later") return { next: ending.next };
  return { next: "later", at: new Date(ending.untilMs).toISOString() };
}

async function work(ctx: SendingContext, turn: Turn, token: string, deadlineMs: number, inFlight: Set<Promise<void>>): Promise<Ending> {
  // Whoever is on duty may give the operator another gateway in the middle of a turn: each claim tells.
  let gateway = turn.gateway;
  let unanswered = 0;
  let measuredRate = MEASURED_RATE_AT_START;
  let previous: Transmission | undefined;
  let roundsLost = 0;
  let blindRounds = 0;
  while (ctx.clock.now() < deadlineMs && !ctx.stopping.aborted) {
    const breaker = ctx.breakers.of(ctx.gatewayOf(gateway).name, turn.operatorNo).state;
    if (isTripped(breaker, ctx.clock.now())) {
      return { next: "later", reason: refusedBecause(breaker.reason), untilMs: ctx.databaseClock.toDatabase(breaker.openUntilMs) };
    }
    const claim = await claimChunk(ctx, turn.laneNo, token, measuredRate);
    if (claim.kind === "closed" || claim.kind === "drained") return { next: "done" };
    if (claim.kind === "outdated")
      return { next: "later", reason: "outdated", untilMs: ctx.databaseClock.toDatabase(ctx.clock.now()) + OUTDATED_MS };
    if (claim.kind === "wait") {
      if (claim.reason === "clock" && ++blindRounds > BLIND_ROUNDS_MAX)
        return { next: "later", reason: "clock", untilMs: claim.untilMs + CLOCK_WAIT_MS };
      const localMs = ctx.databaseClock.toLocal(claim.untilMs);
      if (localMs - ctx.clock.now() > WAIT_IN_TURN_MS_MAX) {
        const untilMs = Math.min(claim.untilMs, ctx.databaseClock.toDatabase(ctx.clock.now()) + WAIT_MS_MAX);
        return { next: "later", reason: claim.reason, untilMs };
      }
      await ctx.clock.sleepUntil(localMs + Math.max(0, YIELD_MS - roundsLost++), ctx.stopping);
    }
    if (claim.kind !== "chunk") continue;
    const { chunk } = claim;
    gateway = chunk.lane.gateway;
    roundsLost = blindRounds = 0;
    // A chunk without slots of its own goes out after the one before it.
    if (chunk.plan.stepMs === 0) await previous?.nearlyHandedOver;
    const beganMs = ctx.clock.now();
    const sent = transmitChunk(ctx, chunk);
    previous = sent;
    unanswered += chunk.ids.length;
    const settled = sent.settled.then(() => {
      unanswered -= chunk.ids.length;
      inFlight.delete(settled);
    });
    inFlight.add(settled);
    if (chunk.plan.stepMs === 0) {
      void sent.handedOver.then(() => {
        measuredRate = nextMeasuredRate(measuredRate, chunk, ctx.clock.now() - beganMs);
      });
    }
    while (unanswered > UNANSWERED_MAX) await Promise.race(inFlight);
  }
  return { next: "again" };
}

/** Gives the turn back; when the database is away, as soon as it is there again, and somebody else is to go on at once. */
async function giveBack(ctx: SendingContext, { laneNo, operatorNo }: Turn, token: string, wait?: { reason: LaneWait; untilMs: number }) {
  try {
    await endTurn(ctx.db.sql, laneNo, token, wait);
  } catch (err) {
    log.warn({ err, lane: laneNo }, "the turn could not be given back yet");
    const runsOutMs = ctx.clock.now() + TURN_LEASE_MS;
    const later = async () => {
      while (ctx.clock.now() < runsOutMs && !ctx.stopping.aborted) {
        await ctx.clock.sleepUntil(ctx.clock.now() + GIVE_BACK_MS, ctx.stopping);
        const isBack = await endTurn(ctx.db.sql, laneNo, token, wait).then(
          () => true,
          () => false,
        );
        if (isBack) return ctx.announce(wakeLanes([{ lane: laneNo, operator: operatorNo }]));
      }
    };
    await ctx.waitUntil(later());
  }
}

/** Half of what was believed and half of what was seen, and never more than twice what was believed. */
function nextMeasuredRate(before: number, chunk: Chunk, tookMs: number): number {
  const seen = (chunk.ids.length / Math.max(tookMs, 1)) * 1000;
  return Math.min(2 * before, (before + seen) / 2);
}

/** Any settle may have been the dispatch's last. */
async function finishAfter(ctx: SendingContext, dispatchId: string, inFlight: Iterable<Promise<void>>): Promise<void> {
  try {
    await Promise.all(inFlight);
    // When a try is to follow, or somebody has moved to a lane that had ended, this wakes the lanes.
    await finishDispatch(ctx, dispatchId);
  } catch (err) {
    log.warn({ err, dispatch: dispatchId }, "the dispatch could not be finished; the sweep will");
  }
}
