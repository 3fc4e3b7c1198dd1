import { randomUUID } from "node:crypto";
import { beginTurn, endTurn, type Turn } from "@/db/sending/turns";
import { retry } from "@/lib/common/retry";
import { isTripped } from "@/lib/domain/breaker";
import { isQuiet, type LaneWait, refusedBecause } from "@/lib/domain/lane-wait";
import { log } from "@/lib/log";
import { finishDispatch } from "@/lib/services/dispatches/finish-dispatch";
import { wakeLanes } from "@/lib/services/events";
import { Seeker } from "./ahead/seeker";
import { TextWriter } from "./ahead/text-writer";
import { type Chunk, claimChunk, TURN_LEASE_MS } from "./claim-chunk";
import type { SendingContext } from "./sending-context";
import { type Transmission, transmitChunk } from "./transmit-chunk";

/**
 * Sending: how the messages of an open dispatch get to the gateways. This file is its entrance.
 *
 * The unit of work is the lane, one dispatch × one operator. A lane is worked on by one turn at a
 * time, in whatever process the engine called. A turn claims chunk after chunk:
 *
 *   takeTurn ─► claimChunk ─► transmitChunk ─► ChunkTransmission ─► MessageInFlight ─► gateway
 *   (turn)      (claim.ts)                     (Clearance, Slots)   (go, over)
 *                                                     └─► settleOutcomes (settle.ts)
 *
 * A message is `sending` from its claim on, in the rows, before any gateway knows of it. The chunk
 * is `claimed`, `started` right before its first message goes, and `settled` with what became of
 * each; `released` when nothing of it was written.
 *
 * Claim. One transaction, two statements. The first locks the lane (open? this turn's token?) and
 * the operator, reads the clock and the newest migration (newer than this program: no claim), and
 * `planChunk`, a pure rule, says how many slots the chunk gets and from when. The second moves the
 * cursor and inserts chunk and messages: due retries first, then the audience between the cursor
 * and `max_no`. A lane claims at most 500 ms of slots ahead, which also shares an operator among
 * dispatches. A lane without a rate begins with small chunks and at most doubles them, so that a
 * killed process leaves little unknown; at a slow gateway they shrink to one message.
 *
 * Transmit. A chunk is `started` 25 ms before its first slot. Each message goes in a slot of its
 * own, on an open connection. A message that misses three slots in a row gets a wide one. A
 * withheld message takes another slot of the chunk's, or is due again. A lane without a rate sends
 * the next message within the call that ends one, and starts its next chunk when a tenth of the one
 * before is left.
 *
 * Settle. One transaction: the guarded chunk, its messages that are still `sending`, retries and
 * failures. Counts are of rows that changed. A later claim folds a chunk's counts into its lane, so
 * that one row is not rewritten four times a second; a lane's figures are its own plus those of its
 * unfolded chunks.
 *
 * Retry. A message that was put off waits in `retries`; a count of its own puts it behind others.
 * One that an idempotent gateway may have taken is `maybe_sent` there, and goes to that gateway
 * only, with the same id. Without a further try it ends `unknown`, never `expired`. `retry-failed`
 * makes due again what failed by the gateway's or our own fault, and reopens a completed dispatch
 * while its window is open.
 *
 * Operator change. A recipient may move to another operator after the opening. The lane of the new
 * operator claims them before the dispatch may finish (`db/sending/operator-changes.ts`).
 *
 * Rate. The claim reserves slots on the operator's row, so that all lanes and processes share one
 * row of them. Each message takes a slot and is written within 18 ms of it, or takes another
 * (`slots.ts`). A lane without a rate goes as fast as its gateway takes (`semaphore.ts`).
 *
 * Stop, pause and the window's end. Each process polls the state of its lanes and lets nothing go
 * under a copy older than 700 ms (`lane-gates.ts`). The same poll asks who of the recipients of
 * what is held has opted out (`held-messages.ts`): those messages are skipped. `clearance.ts` lists
 * everything that is asked before a message goes, in order.
 *
 * Outcomes. 2xx is `sent`, 4xx `failed`. 429, 503 and whatever was surely not written is
 * `deferred`: it costs no attempt and waits, a minute at most or as long as the gateway asks, until
 * the window ends (`expired`). Any other 5xx, a time-out and a connection lost after writing are
 * `unknown`.
 *
 * A gateway that refuses. `lib/domain/refusals.ts` says whose fault a code is. A fault of ours
 * (401, 403, 404, 405, a redirect, an untrusted certificate) trips the breaker of gateway and
 * operator; the number's fault never does. Twenty refusals in a row with one code trip it as well
 * (`judge-outcome.ts`): those messages are released, the lane sleeps, and single messages probe. A
 * code that may hold for some numbers only counts as ours until the gateway takes something.
 *
 * Clock. The database's clock decides everything. Each worker estimates it from its polls like NTP
 * and knows its error (`lib/domain/database-clock.ts`). A copy of a lane is as old as the worker's
 * own clock or the time of day says, whichever says older: the first stands still while a machine
 * sleeps.
 *
 * Failures. A process that dies leaves a turn and chunks with leases. The turn's ends after 10 s. A
 * chunk's ends after 95 s; no message goes later than 30 s after the claim, and no call takes
 * longer than 60 s. Then `sweep` takes it back: `claimed` is due again, `started` is `unknown`, or
 * due again as one of five attempts where its gateway is idempotent and still the operator's. A
 * database that is away is asked again: for a settle until the lease ends, for a claim whose answer
 * was lost and for a turn to give back until they do not matter any more. What the engine forgets,
 * `sweep` finds in the rows.
 */

/**
 * A lane waits for so many answers at once: that bounds memory, and serves a gateway that takes
 * seconds.
 */
const UNANSWERED_MAX = 4_000;
/** How often a process tries to give its turn back to a database that is away. */
const GIVE_BACK_MS = 500;
/** Waits longer than this are slept in the engine, not in a turn. */
const WAIT_IN_TURN_MS_MAX = 2_000;
/** After this time a newer worker may take the turn. */
const OUTDATED_MS = 2_000;
/**
 * A gateway may ask for a day's pause. A lane looks again before the sweep takes it for forgotten;
 * but a night is slept through.
 */
const WAIT_MS_MAX = 3_600_000;
/** A turn that waits so often for a sharper answer of the database's clock ends, for so long. */
const BLIND_ROUNDS_MAX = 15;
const CLOCK_WAIT_MS = 5_000;
/**
 * Lanes that wait for the same operator wake together. A lane that has just had a chunk comes a
 * little later than one that has lost more rounds.
 */
const YIELD_MS = 8;
/**
 * Messages a second that a lane without a rate is believed to send before it has sent any. Low:
 * what a killed process had started is unknown, and a gateway may be slow. A quick one shows after
 * a few chunks.
 */
const MEASURED_RATE_AT_START = 200;

/**
 * What comes after the turn. `again`: at once, `later`: not before `at` (ISO), `done`: nothing
 * until something changes.
 */
export type TurnResult = { next: "again" | "done" } | { next: "later"; at: string };

type Ending = { next: "again" | "done" } | { next: "later"; reason: LaneWait; untilMs: number };

/**
 * Works on one lane for at most `turnMs`: claim → transmit → settle. The next chunk is claimed
 * while the last is handed over, whose answers are awaited while the next goes out. What is still
 * in flight at the end is settled by `ctx.waitUntil`, so that the next turn may begin.
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

async function work(
  ctx: SendingContext,
  turn: Turn,
  token: string,
  deadlineMs: number,
  inFlight: Set<Promise<void>>,
): Promise<Ending> {
  // The operator may be given another gateway in the middle of a turn: each claim reads it.
  let gateway = turn.gateway;
  const writer = turn.isPersonal ? await TextWriter.open(ctx, turn.laneNo) : undefined;
  const seeker =
    turn.hasTerms && !writer ? await Seeker.open(ctx, turn.laneNo, token, TURN_LEASE_MS) : undefined;
  let unanswered = 0;
  let measuredRate = MEASURED_RATE_AT_START;
  let previous: Transmission | undefined;
  let roundsLost = 0;
  let blindRounds = 0;
  while (ctx.clock.now() < deadlineMs && !ctx.stopping.aborted) {
    const breaker = ctx.breakers.of(ctx.gatewayOf(gateway).name, turn.operatorNo).state;
    if (isTripped(breaker, ctx.clock.now())) {
      return {
        next: "later",
        reason: refusedBecause(breaker.reason),
        untilMs: ctx.databaseClock.toDatabase(breaker.openUntilMs),
      };
    }
    const claim = await claimChunk(ctx, turn.laneNo, token, measuredRate, seeker, writer);
    if (claim.kind === "closed" || claim.kind === "drained") return { next: "done" };
    if (claim.kind === "outdated")
      return {
        next: "later",
        reason: "outdated",
        untilMs: ctx.databaseClock.toDatabase(ctx.clock.now()) + OUTDATED_MS,
      };
    if (claim.kind === "wait") {
      if (claim.reason === "clock" && ++blindRounds > BLIND_ROUNDS_MAX)
        return { next: "later", reason: "clock", untilMs: claim.untilMs + CLOCK_WAIT_MS };
      const localMs = ctx.databaseClock.toLocal(claim.untilMs);
      if (localMs - ctx.clock.now() > WAIT_IN_TURN_MS_MAX) {
        const latestMs = isQuiet(claim.reason)
          ? claim.untilMs
          : ctx.databaseClock.toDatabase(ctx.clock.now()) + WAIT_MS_MAX;
        const untilMs = Math.min(claim.untilMs, latestMs);
        return { next: "later", reason: claim.reason, untilMs };
      }
      await ctx.clock.sleepUntil(localMs + Math.max(0, YIELD_MS - roundsLost++), ctx.stopping);
    }
    if (claim.kind !== "chunk") continue;
    const { chunk } = claim;
    gateway = chunk.lane.gateway;
    roundsLost = blindRounds = 0;
    const held = ctx.gates.hold(chunk);
    // A chunk without slots of its own goes out after the one before it.
    if (chunk.plan.stepMs === 0) await previous?.nearlyHandedOver;
    const beganMs = ctx.clock.now();
    const sent = transmitChunk(ctx, chunk, held);
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

/**
 * Gives the turn back. When the database is away, it does so as soon as the database is there
 * again, and another worker goes on at once.
 */
async function giveBack(
  ctx: SendingContext,
  { laneNo, operatorNo }: Turn,
  token: string,
  wait?: { reason: LaneWait; untilMs: number },
): Promise<void> {
  const { clock, stopping } = ctx;
  const attempt = () => endTurn(ctx.db.sql, laneNo, token, wait);
  try {
    await attempt();
  } catch (err) {
    log.warn({ err, lane: laneNo }, "the turn could not be given back yet");
    const pause = { clock, ms: () => GIVE_BACK_MS, untilMs: clock.now() + TURN_LEASE_MS, stopping };
    const later = async () => {
      await clock.sleepUntil(clock.now() + GIVE_BACK_MS, stopping);
      if (stopping.aborted) return;
      await retry(attempt, { pause });
      await ctx.announce(wakeLanes([{ lane: laneNo, operator: operatorNo }]));
    };
    // When it cannot be given back in time, its lease is over anyway.
    await ctx.waitUntil(later().catch(() => {}));
  }
}

/**
 * Half of what was believed and half of what was seen, and never more than twice what was believed.
 */
function nextMeasuredRate(before: number, chunk: Chunk, tookMs: number): number {
  const seen = (chunk.ids.length / Math.max(tookMs, 1)) * 1000;
  return Math.min(2 * before, (before + seen) / 2);
}

/** Any settle may have been the dispatch's last. */
async function finishAfter(
  ctx: SendingContext,
  dispatchId: string,
  inFlight: Iterable<Promise<void>>,
): Promise<void> {
  try {
    await Promise.all(inFlight);
    // This wakes the lanes that have a retry, or a recipient who changed operator after they ended.
    await finishDispatch(ctx, dispatchId);
  } catch (err) {
    log.warn({ err, dispatch: dispatchId }, "the dispatch could not be finished; the sweep will");
  }
}
