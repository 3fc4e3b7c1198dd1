import { segmentsMax } from "./text/segments";

/**
 * When messages may go. An operator's rate counts SMS segments a second. Time is cut into slots,
 * one a segment; a message of s segments takes s slots and goes at the start of its first. All its
 * segments count at that moment, so two things more are needed to stay below the rate in every
 * sliding second: as many messages a second as go into it whole, and a gap where the length
 * changes. Messages of different lengths share a row of slots by a rule of their own
 * ({@link mixedStepMs}). All instants are milliseconds since the epoch on the database's clock.
 */

/**
 * A slot is 2 % longer than the rate asks: the slots of a second's segments cover 1,020 ms.
 * Whatever is written falls, by the database's clock, between its slot and 18 ms after it: 1,002 ms
 * at least lie between the first segment of a second and the one too many, however many processes
 * write (decisions/0017).
 */
export const SLOT_STRETCH = 1.02;
export const SLOT_LATE_MS_MAX = 18;
/**
 * A process that never writes within that time gets a wide slot: it may begin so much later, and
 * the slots after it keep clear of it.
 */
export const WIDE_MS = 150;
/** A clock that may be wrong by this leaves no moment of a slot to write in. */
export const CLOCK_ERROR_MS_MAX = SLOT_LATE_MS_MAX / 2;
/**
 * Work is claimed while the operator's next free slot is at most this far ahead. It is also the
 * fairness between lanes.
 */
export const CLAIM_HORIZON_MS = 500;
export const CHUNK_MS = 250;
const CHUNK_SIZE_MAX = 1000;
/**
 * The first slot of an idle operator: late enough for the claim and the chunk's start to be
 * committed before it.
 */
const FIRST_SLOT_LEAD_MS = 25;
/**
 * How much further ahead than work is claimed a wide slot may be: a machine that needs one would
 * find all others taken by its own claims.
 */
const WIDE_HORIZON_MS = 750;
/** Milliseconds since 1970 have no more than a quarter of a microsecond behind the comma. */
const ROUNDING_MS = 0.001;

/**
 * What a row of slots is for: messages of so many segments each; negative: mixed ones, of at most
 * so many. It stands in `operators.last_segments`.
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
  /** Of personal texts instead: segments of each that may be claimed, in their order; not empty. */
  sizes?: number[];
  /** The {@link Kind} of the slots before; absent: the same. */
  lastSegments?: Kind;
  /** Messages a second this lane was seen to send; decides the chunk size of an unlimited lane. */
  measuredRate: number;
}

export type ChunkPlan =
  /**
   * Claim at most `limit` messages; the first goes at `firstSlotMs`, each of the others when the
   * one before it has had its time ({@link lengthMs}; `stepMs` 0: as fast as it goes).
   */
  | ({ kind: "claim"; firstSlotMs: number; limit: number } & Row)
  /**
   * The operator's slots are taken that far ahead: look again then. `correctedSlotMs`: they were
   * reserved further ahead than is legal (the clock stepped back), and this is to be the next slot;
   * unless it is written down, it would move on with the clock for ever.
   */
  | { kind: "wait"; untilMs: number; correctedSlotMs?: number }
  /** No slot is left before the window ends. */
  | { kind: "over" };

/**
 * Milliseconds between two messages of `segments` segments on an operator with this rate; 0 when it
 * has no limit.
 */
export function stepMs(rate: number | null, segments: number): number {
  if (rate === null) return 0;
  // Rate 10 and 3 segments: 3 messages a second, for a fourth would make 12. Longer than a second's
  // rate: alone for as long as it takes.
  const messagesASecond = rate < segments ? rate / segments : Math.floor(rate / segments);
  return (SLOT_STRETCH * 1000) / messagesASecond;
}

/** A row's slots: its kind, and milliseconds of a message, or of a segment where it is mixed. */
interface Row {
  slots: Kind;
  stepMs: number;
}

/** How long after a message of so many segments the next may go. */
export const lengthMs = ({ slots, stepMs }: Row, segments: number): number =>
  slots < 0 ? stepMs * segments : stepMs;

/**
 * Milliseconds a segment where messages of at most `segmentsMax` segments come in any order: what
 * comes before the last message of a second fills at most the rate less `segmentsMax`.
 */
export function mixedStepMs(rate: number, segmentsMax: number): number {
  const left = Math.floor(rate) - segmentsMax + 1;
  return left > 0 ? (SLOT_STRETCH * 1000) / left : Number.POSITIVE_INFINITY;
}

/**
 * How long to wait before messages of another kind than those before them. The last message of a
 * second brings all its segments at once, s - 1 more than its slot; the gap has them paid for
 * before. Of mixed ones it is needed only where they get longer: those before them went slower.
 */
export function gapMs(rate: number | null, slots: Kind, last: Kind): number {
  if (rate === null || slots === last || (last < slots && slots < 0)) return 0;
  return ((Math.abs(slots) - 1) * SLOT_STRETCH * 1000) / (rate < 1 ? rate : Math.floor(rate));
}

/**
 * The quicker row for messages of these sizes, the gap before it included: mixed slots, or each as
 * long as the longest.
 */
function rowFor(rate: number, sizes: number[], last: Kind): Row {
  const longest = Math.max(...sizes);
  const even: Row = { slots: longest, stepMs: stepMs(rate, longest) };
  const mixed: Row = { slots: -longest, stepMs: mixedStepMs(rate, longest) };
  const tookMs = (row: Row) =>
    gapMs(rate, row.slots, last) + sizes.reduce((sum, size) => sum + lengthMs(row, size), 0);
  return tookMs(mixed) < tookMs(even) ? mixed : even;
}

/** How many of these begin a chunk of usual length: one at least. */
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
 * The first slot that may be reserved. A reservation further ahead than any legal one means the
 * clock stepped back: it is brought near again.
 */
export function firstFreeSlotMs(nowMs: number, nextSlotMs: number, rate: number | null): number {
  const legalMs =
    nowMs +
    CLAIM_HORIZON_MS +
    WIDE_HORIZON_MS +
    WIDE_MS +
    stepMs(rate, segmentsMax) +
    gapMs(rate, segmentsMax, 0);
  // A worker that has not seen the step yet writes in its slots until they end; a second from
  // there.
  const next = nextSlotMs > legalMs ? nowMs + CLAIM_HORIZON_MS + CHUNK_MS + 1000 * SLOT_STRETCH : nextSlotMs;
  return Math.max(next, nowMs + FIRST_SLOT_LEAD_MS);
}

/** How many messages may start in [firstSlotMs, endMs). */
export function slotsBefore(endMs: number, firstSlotMs: number, step: number): number {
  if (firstSlotMs >= endMs) return 0;
  return step === 0 ? Number.MAX_SAFE_INTEGER : Math.ceil((endMs - firstSlotMs) / step);
}

/**
 * Decides the next chunk of a lane. Pure: what is true now comes in, under the lane's and the
 * operator's locks.
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
  // The gap is no part of the horizon: a lane with long messages would never have its turn beside
  // one with short ones.
  const firstSlotMs = Math.max(freeMs, input.nextSlotMs + gapMs(rate, row.slots, last));
  const room = sizes
    ? beginBefore(endMs, firstSlotMs, row, sizes)
    : slotsBefore(endMs, firstSlotMs, row.stepMs);
  if (room === 0) return { kind: "over" };
  if (sizes) return { kind: "claim", firstSlotMs, ...row, limit: room };
  const limit = Math.min(CHUNK_SIZE_MAX, Math.max(1, Math.floor(CHUNK_MS / row.stepMs)), room);
  return { kind: "claim", firstSlotMs, ...row, limit };
}

/** How many of these begin before the end. */
function beginBefore(endMs: number, firstSlotMs: number, row: Row, sizes: number[]): number {
  let [count, atMs] = [0, firstSlotMs];
  for (; count < sizes.length && atMs < endMs; count++) atMs += lengthMs(row, sizes[count]!);
  return count;
}

/** An operator as its locked row says. */
interface OperatorNow {
  nowMs: number;
  nextSlotMs: number;
  lastSegments: Kind;
  rate: number | null;
}

/**
 * Slots for messages of a chunk that missed their own; a wide one for one. The row is of the
 * chunk's kind: whichever of its messages take them, it fits.
 * @param wanted the segments of each
 * @returns undefined: what is left is claimed anew
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
 * Consecutive slots of one owner. One that comes late loses no more than the time that has passed:
 * within the row a slot may begin at any moment, if the next begins a message's length later and
 * the last one's length ends no later than planned. A punctual owner uses them one by one.
 */
export class SlotRow {
  /** From the first slot to where the next may begin. */
  private passedMs = 0;

  /** @param tookMs from the first slot to the end of the last */
  constructor(
    private firstMs: number,
    private tookMs: number,
  ) {}

  get nextMs(): number {
    return this.firstMs + this.passedMs;
  }

  /** Nothing of such a length is written in it later than this. */
  endMs(length: number): number {
    return this.firstMs + this.tookMs - length + SLOT_LATE_MS_MAX;
  }

  /** @param errorMs by how much `nowMs` may be wrong */
  isOver(nowMs: number, errorMs: number, length: number): boolean {
    return (
      this.passedMs > this.tookMs - length + ROUNDING_MS ||
      nowMs + Math.min(errorMs, CLOCK_ERROR_MS_MAX) >= this.endMs(length)
    );
  }

  /**
   * The slot of a message of such a length that is written now; undefined: there is none yet, or
   * none any more.
   */
  take(nowMs: number, errorMs: number, length: number): number | undefined {
    const atMs = Math.max(this.passedMs, nowMs + errorMs - SLOT_LATE_MS_MAX - this.firstMs);
    const slotMs = this.firstMs + atMs;
    if (atMs > this.tookMs - length + ROUNDING_MS || !isInSlot(slotMs, nowMs, errorMs)) return undefined;
    this.passedMs = atMs + length;
    return slotMs;
  }
}

/** Is now surely within the slot, on a clock that may be wrong by `errorMs`? */
export function isInSlot(slotMs: number, nowMs: number, errorMs: number): boolean {
  return nowMs - errorMs >= slotMs && nowMs + errorMs <= slotMs + SLOT_LATE_MS_MAX + ROUNDING_MS;
}
