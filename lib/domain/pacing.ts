import { segmentsMax } from "./text/segments";

/**
 * When messages may go. An operator's rate counts SMS segments a second. We cut time into slots,
 * one a segment. A message of s segments takes s slots and goes at the start of its first slot,
 * with all its segments at once. So two more rules keep every sliding second below the rate: a
 * second has only as many messages as fit into it whole, and a gap precedes messages of another
 * length. Messages of mixed lengths share a row of slots by a rule of their own ({@link
 * mixedStepMs}). All instants are milliseconds since the epoch on the database's clock.
 */

/**
 * A slot is 2 % longer than the rate requires: the slots of a second's segments cover 1,020 ms. By
 * the database's clock, every message is written at most 18 ms after its slot begins. So at least
 * 1,002 ms lie between the first segment of a second and the first one too many, however many
 * processes write (decisions/0017).
 */
export const SLOT_STRETCH = 1.02;
export const SLOT_LATE_MS_MAX = 18;
/**
 * A process that always misses those 18 ms gets a wide slot: it may write so much later, and the
 * slots after it keep clear of it.
 */
export const WIDE_MS = 150;
/** When the clock may be this wrong, no moment of a slot is certain enough to write in. */
export const CLOCK_ERROR_MS_MAX = SLOT_LATE_MS_MAX / 2;
/**
 * A lane claims work while the operator's next free slot is at most this far ahead. This also
 * shares the operator fairly between lanes.
 */
export const CLAIM_HORIZON_MS = 500;
export const CHUNK_MS = 250;
const CHUNK_SIZE_MAX = 1000;
/**
 * The first slot of an idle operator is this late, so that the claim and the chunk's start are
 * committed before it.
 */
const FIRST_SLOT_LEAD_MS = 25;
/**
 * How much further ahead than other slots a wide slot may be. Otherwise a slow machine would find
 * all slots taken by its own claims.
 */
const WIDE_HORIZON_MS = 750;
/** Floating-point milliseconds since 1970 are exact to a quarter of a microsecond. */
const ROUNDING_MS = 0.001;

/**
 * The messages for which a row of slots is made: a positive number means that many segments each; a
 * negative one means mixed messages of at most that many segments. Stored in
 * `operators.last_segments`.
 */
export type Kind = number;

export interface ChunkPlanInput {
  nowMs: number;
  nextSlotMs: number;
  endMs: number;
  /** Segments a second; null = unlimited. */
  rate: number | null;
  /** Segments of one message. */
  segments: number;
  /**
   * For personal texts instead of `segments`: the segments of each message, in order; not empty.
   */
  sizes?: number[];
  /** The {@link Kind} of the slots before these; absent: the same. */
  lastSegments?: Kind;
  /**
   * Messages a second that this lane was seen to send. It decides the chunk size of an unlimited
   * lane.
   */
  measuredRate: number;
}

export type ChunkPlan =
  /**
   * Claim at most `limit` messages. The first goes at `firstSlotMs`, each other one when the
   * message before it has had its time ({@link lengthMs}; with `stepMs` 0, as fast as possible).
   */
  | ({ kind: "claim"; firstSlotMs: number; limit: number } & Row)
  /**
   * All slots within the horizon are taken: look again at `untilMs`. `correctedSlotMs` is the next
   * slot to store. It is set when the clock stepped back and the stored slot is further ahead than
   * legal; unless it is stored, it would move on with the clock for ever.
   */
  | { kind: "wait"; untilMs: number; correctedSlotMs?: number }
  /** No slot is left before the window ends. */
  | { kind: "over" };

/** Milliseconds between two messages of `segments` segments at this rate; 0 without a limit. */
export function stepMs(rate: number | null, segments: number): number {
  if (rate === null) return 0;
  // With rate 10 and 3 segments, 3 messages a second fit: a fourth would make 12. A message longer
  // than a second's rate goes alone, for as long as it takes.
  const messagesASecond = rate < segments ? rate / segments : Math.floor(rate / segments);
  return (SLOT_STRETCH * 1000) / messagesASecond;
}

/**
 * The slots of a row: their kind, and the milliseconds of a message, or of a segment in a mixed
 * row.
 */
interface Row {
  slots: Kind;
  stepMs: number;
}

/** How long after a message of this many segments the next one may go. */
export const lengthMs = ({ slots, stepMs }: Row, segments: number): number =>
  slots < 0 ? stepMs * segments : stepMs;

/**
 * Milliseconds a segment when messages of at most `segmentsMax` segments come in any order: before
 * the last message of a second, at most the rate minus `segmentsMax` segments may go.
 */
export function mixedStepMs(rate: number, segmentsMax: number): number {
  const left = Math.floor(rate) - segmentsMax + 1;
  return left > 0 ? (SLOT_STRETCH * 1000) / left : Number.POSITIVE_INFINITY;
}

/**
 * How long to wait before messages of another kind. The last message of a second brings all its s
 * segments at once, s - 1 more than its slot covers; the gap makes room for them beforehand.
 * Between mixed rows only longer messages need a gap: the row before went slower.
 */
export function gapMs(rate: number | null, slots: Kind, last: Kind): number {
  if (rate === null || slots === last || (last < slots && slots < 0)) return 0;
  return ((Math.abs(slots) - 1) * SLOT_STRETCH * 1000) / (rate < 1 ? rate : Math.floor(rate));
}

/**
 * The faster row for messages of these sizes, counting the gap before it: mixed slots, or slots as
 * long as the longest message.
 */
function rowFor(rate: number, sizes: number[], last: Kind): Row {
  const longest = Math.max(...sizes);
  const even: Row = { slots: longest, stepMs: stepMs(rate, longest) };
  const mixed: Row = { slots: -longest, stepMs: mixedStepMs(rate, longest) };
  const tookMs = (row: Row) =>
    gapMs(rate, row.slots, last) + sizes.reduce((sum, size) => sum + lengthMs(row, size), 0);
  return tookMs(mixed) < tookMs(even) ? mixed : even;
}

/** How many of these messages make a chunk of the usual length; at least one. */
function fitting(rate: number, sizes: number[]): number {
  let [sum, longest] = [0, 0];
  for (let count = 0; count < sizes.length; count++) {
    sum += sizes[count]!;
    longest = Math.max(longest, sizes[count]!);
    const tookMs = Math.min(sum * mixedStepMs(rate, longest), (count + 1) * stepMs(rate, longest));
    if (tookMs > CHUNK_MS) return Math.max(1, count);
  }
  return sizes.length;
}

/**
 * The first slot that may be reserved. When the stored slot is further ahead than legal, the clock
 * has stepped back: we move the slot near again.
 */
export function firstFreeSlotMs(nowMs: number, nextSlotMs: number, rate: number | null): number {
  const legalMs =
    nowMs +
    CLAIM_HORIZON_MS +
    WIDE_HORIZON_MS +
    WIDE_MS +
    stepMs(rate, segmentsMax) +
    gapMs(rate, segmentsMax, 0);
  // A worker that has not noticed the step yet writes in its slots until they end. The new slot
  // begins a second after that.
  const next = nextSlotMs > legalMs ? nowMs + CLAIM_HORIZON_MS + CHUNK_MS + 1000 * SLOT_STRETCH : nextSlotMs;
  return Math.max(next, nowMs + FIRST_SLOT_LEAD_MS);
}

/** How many messages may start in [firstSlotMs, endMs). */
export function slotsBefore(endMs: number, firstSlotMs: number, step: number): number {
  if (firstSlotMs >= endMs) return 0;
  return step === 0 ? Number.MAX_SAFE_INTEGER : Math.ceil((endMs - firstSlotMs) / step);
}

/**
 * Decides the next chunk of a lane. Pure: the caller holds the locks of the lane and the operator,
 * and passes their state.
 */
export function planChunk(input: ChunkPlanInput): ChunkPlan {
  const { nowMs, endMs, rate, segments } = input;
  if (nowMs >= endMs) return { kind: "over" };
  const last = input.lastSegments ?? segments;
  if (rate === null) {
    const limit = Math.round((input.measuredRate * CHUNK_MS) / 1000);
    return {
      kind: "claim",
      firstSlotMs: nowMs,
      slots: last,
      stepMs: 0,
      limit: Math.min(CHUNK_SIZE_MAX, Math.max(1, limit)),
    };
  }
  const freeMs = firstFreeSlotMs(nowMs, input.nextSlotMs, rate);
  if (freeMs > nowMs + CLAIM_HORIZON_MS) {
    const wait = { kind: "wait" as const, untilMs: freeMs - CLAIM_HORIZON_MS };
    return freeMs < input.nextSlotMs ? { ...wait, correctedSlotMs: freeMs } : wait;
  }
  const sizes = input.sizes?.slice(0, fitting(rate, input.sizes.slice(0, CHUNK_SIZE_MAX)));
  const row = sizes ? rowFor(rate, sizes, last) : { slots: segments, stepMs: stepMs(rate, segments) };
  // The gap does not count towards the horizon: otherwise a lane with long messages would never get
  // a turn beside one with short messages.
  const firstSlotMs = Math.max(freeMs, input.nextSlotMs + gapMs(rate, row.slots, last));
  const room = sizes
    ? beginBefore(endMs, firstSlotMs, row, sizes)
    : slotsBefore(endMs, firstSlotMs, row.stepMs);
  if (room === 0) return { kind: "over" };
  if (sizes) return { kind: "claim", firstSlotMs, ...row, limit: room };
  const limit = Math.min(CHUNK_SIZE_MAX, Math.max(1, Math.floor(CHUNK_MS / row.stepMs)), room);
  return { kind: "claim", firstSlotMs, ...row, limit };
}

/** How many of these messages begin before the end. */
function beginBefore(endMs: number, firstSlotMs: number, row: Row, sizes: number[]): number {
  let [count, atMs] = [0, firstSlotMs];
  for (; count < sizes.length && atMs < endMs; count++) atMs += lengthMs(row, sizes[count]!);
  return count;
}

/** What the locked row of an operator says. */
interface OperatorNow {
  nowMs: number;
  nextSlotMs: number;
  lastSegments: Kind;
  rate: number | null;
}

/**
 * Plans new slots for messages of a chunk that missed theirs; a wide slot for one message. The row
 * is of the chunk's kind, so it fits any of the chunk's messages.
 * @param wanted the segments of each message
 * @returns undefined when there is no slot: the messages are released and claimed anew
 */
export function planMore(
  { nowMs, nextSlotMs, lastSegments, rate }: OperatorNow,
  chunk: { rate: number | null; slots: Kind; stepMs: number; endMs: number },
  wanted: number[],
  isWide: boolean,
): { firstSlotMs: number; count: number; nextSlotMs: number } | undefined {
  const freeMs = firstFreeSlotMs(nowMs, nextSlotMs, rate);
  if (rate !== chunk.rate || freeMs > nowMs + CLAIM_HORIZON_MS + (isWide ? WIDE_HORIZON_MS : 0))
    return undefined;
  const firstSlotMs = Math.max(freeMs, nextSlotMs + gapMs(rate, chunk.slots, lastSegments));
  const sizes = isWide ? wanted.slice(0, 1) : wanted;
  const count = beginBefore(chunk.endMs, firstSlotMs, chunk, sizes);
  if (count === 0) return undefined;
  const tookMs = sizes.slice(0, count).reduce((sum, size) => sum + lengthMs(chunk, size), 0);
  return { firstSlotMs, count, nextSlotMs: firstSlotMs + tookMs + (isWide ? WIDE_MS : 0) };
}

/**
 * A row of slots with one owner. An owner who is late loses only the time that has passed: a slot
 * may begin at any moment within the row, if the next one begins a message's length later and the
 * last one ends no later than planned. A punctual owner uses the slots one by one.
 */
export class SlotRow {
  /** The time from the first slot to where the next one may begin. */
  private passedMs = 0;

  /** @param tookMs the time from the first slot to the end of the last */
  constructor(
    private firstMs: number,
    private tookMs: number,
  ) {}

  get nextMs(): number {
    return this.firstMs + this.passedMs;
  }

  /** A message of this length must be written before this instant. */
  endMs(length: number): number {
    return this.firstMs + this.tookMs - length + SLOT_LATE_MS_MAX;
  }

  /** @param errorMs how wrong `nowMs` may be */
  isOver(nowMs: number, errorMs: number, length: number): boolean {
    return (
      this.passedMs > this.tookMs - length + ROUNDING_MS ||
      nowMs + Math.min(errorMs, CLOCK_ERROR_MS_MAX) >= this.endMs(length)
    );
  }

  /**
   * Takes the slot of a message of this length that is written now.
   * @returns undefined when no slot has begun yet, or none is left
   */
  take(nowMs: number, errorMs: number, length: number): number | undefined {
    const atMs = Math.max(this.passedMs, nowMs + errorMs - SLOT_LATE_MS_MAX - this.firstMs);
    const slotMs = this.firstMs + atMs;
    if (atMs > this.tookMs - length + ROUNDING_MS || !isInSlot(slotMs, nowMs, errorMs)) return undefined;
    this.passedMs = atMs + length;
    return slotMs;
  }
}

/** Is `nowMs` surely within the slot, on a clock that may be wrong by `errorMs`? */
export function isInSlot(slotMs: number, nowMs: number, errorMs: number): boolean {
  return nowMs - errorMs >= slotMs && nowMs + errorMs <= slotMs + SLOT_LATE_MS_MAX + ROUNDING_MS;
}
