import type { WrittenTexts } from "@/db/sending/claim";
import {
  type PersonalLane,
  type PersonRead,
  readDue,
  readPeople,
  readPersonalLane,
} from "@/db/sending/personal";
import { seekAudience } from "@/db/sending/seek";
import { type PersonalText, readPersonalText, renderText } from "@/lib/domain/text/personal-text";
import type { SendingContext } from "@/lib/services/sending/sending-context";

/** Whom the next claim is to take: those behind a cursor, or who waits for another try. */
export interface Wanted {
  from: "audience" | "retries";
  /** Where hours of the day matter: of this zone. */
  zone: string | undefined;
  cursor: string;
  /** How many at most. */
  limit: number;
}

/** People as they were read, with what they would be told. */
export interface Batch extends Wanted {
  entries: Entry[];
  /** Nobody else belongs up to here; nor, at the end, after it. */
  reach: string;
  isEnd: boolean;
  atMs: number;
}

interface Entry {
  key: string;
  version: string;
  text: string | null;
  /** 0: they get none. */
  segments: number;
  problem: string | null;
  isWritten: boolean;
}

/** What was read is believed for so long; the claim asks again anyway. */
const READ_MS_MAX = 2_000;
/** Texts are made for so long at a time: then messages of other lanes may go. */
const SLICE_MS_MAX = 2;
/** A step without anybody is followed by a rest as long, so that others get at the database. */
const REST_MS_MAX = 100;

/**
 * Makes the texts of a personal dispatch ahead of the claims of one turn, and of no lock: it seeks
 * the next recipients, reads what is known of them, and renders. The claim takes those whom it
 * finds unchanged, and nobody behind the first who is not: that one is sought again.
 */
export class TextWriter {
  private wanted: Wanted | undefined;
  private batch: Batch | undefined;
  /** So many rows are looked at for each who is wanted: more where few belong. */
  private stretch = 1;

  private constructor(
    private ctx: SendingContext,
    private laneNo: number,
    private lane: PersonalLane,
    private read: PersonalText,
  ) {}

  static async open(ctx: SendingContext, laneNo: number): Promise<TextWriter> {
    const lane = await readPersonalLane(ctx.db.sql, laneNo);
    const read = readPersonalText(lane.text);
    if ("wrong" in read) throw new Error(`the text of lane ${laneNo} cannot be read`);
    return new TextWriter(ctx, laneNo, lane, read);
  }

  /** What the audience asks for, if it is an expression. */
  get expression() {
    return this.lane.expression;
  }

  /** Makes what the last claim found missing. */
  async step(): Promise<void> {
    const { clock, stopping, db } = this.ctx;
    const beganMs = clock.now();
    if (this.batch && beganMs - this.batch.atMs > READ_MS_MAX) this.batch = undefined;
    if (this.batch || !this.wanted) return;
    const { wanted, lane, read } = this;
    if (wanted.from === "retries") {
      const people = await readDue(db.sql, this.laneNo, wanted.zone, read.names, wanted.limit);
      const entries = await this.render(people);
      this.batch = { ...wanted, entries, reach: wanted.cursor, isEnd: false, atMs: beganMs };
      return;
    }
    const driver = wanted.zone === undefined ? lane.driver : { by: "zone" as const, zone: wanted.zone };
    const scanMax = Math.min(lane.scanMax, this.stretch * wanted.limit);
    const { nos, reach, isEnd } = await seekAudience(
      db.sql,
      { ...lane, driver, scanMax },
      wanted.cursor,
      wanted.limit,
    );
    this.stretch =
      nos.length === wanted.limit ? Math.max(1, this.stretch / 2) : Math.min(scanMax, 4 * this.stretch);
    const entries = nos.length > 0 ? await this.render(await readPeople(db.sql, nos, read.names)) : [];
    this.batch = { ...wanted, entries, reach, isEnd, atMs: beganMs };
    if (nos.length > 0 || isEnd) return;
    const endedMs = clock.now();
    await clock.sleepUntil(endedMs + Math.min(endedMs - beganMs, REST_MS_MAX), stopping);
  }

  /** What there is for such a claim; undefined: the next step makes it. */
  find(wanted: Wanted): Batch | undefined {
    const { batch } = this;
    const { from, zone, cursor } = wanted;
    this.wanted = wanted;
    if (
      batch &&
      batch.from === from &&
      batch.zone === zone &&
      (from === "retries" || batch.cursor === cursor)
    )
      return batch;
    this.batch = undefined;
    return undefined;
  }

  /** The claim of the first so many went through, or found that they have changed. */
  took(batch: Batch, count: number): void {
    const entries = batch.entries.slice(count);
    const isAudience = batch.from === "audience";
    const cursor = count > 0 ? batch.entries[count - 1]!.key : batch.cursor;
    this.batch = isAudience && entries.length > 0 ? { ...batch, entries, cursor } : undefined;
    // The next are most likely wanted behind it, as many as last: no claim is made in vain.
    const limit = this.wanted?.limit ?? batch.limit;
    const isOver = !isAudience || (!this.batch && batch.isEnd);
    this.wanted = isOver ? undefined : { ...batch, limit, cursor: this.batch ? cursor : batch.reach };
  }

  private async render(people: PersonRead[]): Promise<Entry[]> {
    const { clock, dueSlots } = this.ctx;
    const entries: Entry[] = [];
    let beganMs = clock.now();
    for (const person of people) {
      entries.push(this.entryOf(person));
      const nowMs = clock.now();
      if (nowMs - beganMs < SLICE_MS_MAX && !(dueSlots.any && dueSlots.isOverdue(nowMs))) continue;
      await new Promise<void>((resolve) => setImmediate(resolve));
      beganMs = clock.now();
    }
    return entries;
  }

  private entryOf({ key, version, isReachable, attributes, text, segments }: PersonRead): Entry {
    const isWritten = text !== null;
    const entry = { key, version, text: null, segments: 0, problem: null, isWritten };
    if (!isReachable) return entry;
    if (isWritten) return { ...entry, text, segments: segments! };
    return { ...entry, ...renderText(this.read, attributes, this.lane.maxSegments) };
  }
}

/** Segments of those who get a text. */
export const sizesOf = ({ entries }: Batch): number[] =>
  entries.flatMap(({ segments }) => (segments > 0 ? [segments] : []));

/** How many entries hold the first so many who get a text, and who gets none before the next. */
export function countOf({ entries }: Batch, limit: number): number {
  let left = limit;
  for (const [index, { segments }] of entries.entries()) if (segments > 0 && left-- === 0) return index;
  return entries.length;
}

/** The first entries as the claim takes them. */
export function textsOf(batch: Batch, count: number): WrittenTexts {
  const taken = batch.entries.slice(0, count);
  const isAll = count === batch.entries.length;
  return {
    keys: taken.map(({ key }) => key),
    versions: taken.map(({ version }) => version),
    texts: taken.map(({ text }) => text),
    segments: taken.map(({ segments }) => segments),
    problems: taken.map(({ problem }) => problem),
    written: taken.map(({ isWritten }) => (isWritten ? 1 : 0)),
    cursor: isAll ? batch.reach : taken.at(-1)!.key,
    drained: isAll && batch.isEnd,
  };
}
