/**
 * When messages may go. An operator's rate counts SMS segments a second. Time is cut into slots, one a segment; a message of s segments
 * takes s slots and goes at the start of its first. All its segments count at that moment, so two things more are needed to stay below the
 * rate in every sliding second: as many messages a second as go into it whole, and a gap where the length changes.
 * All instants are milliseconds since the epoch on the database's clock.
 */

/** A slot is 2 % longer than the rate asks: the jitter budget that makes "never above" and "at least 97 %" possible together. */
export const SLOT_STRETCH = 1.02;
/** Work is claimed while the operator's next free slot is at most this far ahead. It is also the fairness between lanes. */
export const CLAIM_HORIZON_MS = 500;
export const CHUNK_MS = 250;
const CHUNK_SIZE_MAX = 1000;
/** The first slot of an idle operator: late enough for the claim and the chunk's start to be committed before it. */
const FIRST_SLOT_LEAD_MS = 25;
/**
 * The first chunk after a silence is spread wider: its first calls open connections and arrive late, and whatever follows them on time would
 * arrive too close to them.
 */
const FIRST_CHUNK_STRETCH = 1.15;
/** A slot missed by more than this is forfeited, never caught up in a burst. */
export const SLOT_LATE_MS_MAX = 10;
/**
 * What was punctual when it was handed over, and is held up on its way, may still be written so much after its slot: slots are reserved 750 ms
 * ahead, so within the second that counts there is room to move the later ones. Beyond that it is not written.
 */
export const WRITE_LATE_MS_MAX = 150;
/** No message is longer than 1,600 characters; of the kind that takes two UCS-2 units each they fill 48 segments. */
const SEGMENTS_MAX = 48;

export interface ChunkPlanInput {
  nowMs: number;
  nextSlotMs: number;
  endMs: number;
  /** Segments a second; null = unlimited. */
  rate: number | null;
  /** Segments of one message. */
  segments: number;
  /** Segments of each message in the slots before; absent: the same. */
  lastSegments?: number;
  /** Messages a second this lane was seen to send; decides the chunk size of an unlimited lane. */
  measuredRate: number;
}

export type ChunkPlan =
  /** Claim at most `limit` messages; message i goes at `firstSlotMs + i × stepMs` (`stepMs` 0: as fast as it goes). */
  | { kind: "claim"; firstSlotMs: number; stepMs: number; limit: number }
  /**
   * The operator's slots are taken that far ahead: look again then. `correctedSlotMs`: they were reserved further ahead than is legal (the
   * clock stepped back), and this is to be the next slot; unless it is written down, it would move on with the clock for ever.
   */
  | { kind: "wait"; untilMs: number; correctedSlotMs?: number }
  /** No slot is left before the window ends. */
  | { kind: "over" };

/** Milliseconds between two messages of `segments` segments on an operator with this rate; 0 when it has no limit. */
export function stepMs(rate: number | null, segments: number): number {
  if (rate === null) return 0;
  // Rate 10 and 3 segments: 3 messages a second, for a fourth would make 12. Longer than a second's rate: alone for as long as it takes.
  const messagesASecond = rate < segments ? rate / segments : Math.floor(rate / segments);
  return (SLOT_STRETCH * 1000) / messagesASecond;
}

/**
 * How long to wait before messages of another length than those before them. The last message of a second brings all its segments at once,
 * s - 1 more than its slot; the gap has them paid for before.
 */
export function gapMs(rate: number | null, segments: number, lastSegments: number): number {
  if (rate === null || segments === lastSegments) return 0;
  return ((segments - 1) * SLOT_STRETCH * 1000) / (rate < 1 ? rate : Math.floor(rate));
}

/** The first slot that may be reserved. A reservation further ahead than any legal one means the clock stepped back: it is brought near again. */
export function firstFreeSlotMs(nowMs: number, nextSlotMs: number, rate: number | null): number {
  const legalMs = nowMs + CLAIM_HORIZON_MS + CHUNK_MS + 1000 + stepMs(rate, SEGMENTS_MAX) + gapMs(rate, SEGMENTS_MAX, 0);
  const next = nextSlotMs > legalMs ? nowMs + 1000 : nextSlotMs;
  return Math.max(next, nowMs + FIRST_SLOT_LEAD_MS);
}

/** How many messages may start in [firstSlotMs, endMs). */
export function slotsBefore(endMs: number, firstSlotMs: number, step: number): number {
  if (firstSlotMs >= endMs) return 0;
  return step === 0 ? Number.MAX_SAFE_INTEGER : Math.ceil((endMs - firstSlotMs) / step);
}

/** Decides the next chunk of a lane. Pure: what is true now comes in, under the lane's and the operator's locks. */
export function planChunk(input: ChunkPlanInput): ChunkPlan {
  const { nowMs, endMs, rate, segments } = input;
  if (nowMs >= endMs) return { kind: "over" };
  const isFirst = input.nextSlotMs < nowMs;
  const step = stepMs(rate, segments) * (isFirst ? FIRST_CHUNK_STRETCH : 1);
  if (step === 0) {
    const limit = Math.round((input.measuredRate * CHUNK_MS) / 1000);
    return { kind: "claim", firstSlotMs: nowMs, stepMs: 0, limit: Math.min(CHUNK_SIZE_MAX, Math.max(1, limit)) };
  }
  const freeMs = firstFreeSlotMs(nowMs, input.nextSlotMs, rate);
  if (freeMs > nowMs + CLAIM_HORIZON_MS) {
    const wait = { kind: "wait" as const, untilMs: freeMs - CLAIM_HORIZON_MS };
    return freeMs < input.nextSlotMs ? { ...wait, correctedSlotMs: freeMs } : wait;
  }
  // The gap is no part of the horizon: a lane with long messages would never have its turn beside one with short ones.
  const firstSlotMs = Math.max(freeMs, input.nextSlotMs + gapMs(rate, segments, input.lastSegments ?? segments));
  const room = slotsBefore(endMs, firstSlotMs, step);
  if (room === 0) return { kind: "over" };
  const limit = Math.min(CHUNK_SIZE_MAX, Math.max(1, Math.floor(CHUNK_MS / step)), room);
  return { kind: "claim", firstSlotMs, stepMs: step, limit };
}
