import { type Options, Parser } from "csv-parse";
import { v7 as uuidv7 } from "uuid";
import {
  advanceImport,
  type BatchColumns,
  finishImport,
  type ImportRow,
  insertImportErrors,
  lockBatch,
  type RejectedRow,
  storeBatch,
} from "@/db/audience/imports";
import { operatorDirectory } from "@/db/audience/operators";
import { holdReferences } from "@/db/audience/recipients";
import { insertTag, resolveTags, tagIds } from "@/db/audience/tags";
import { type Tx, transaction } from "@/db/client";
import { isContention, isUniqueViolation } from "@/lib/common/database-errors";
import { retry } from "@/lib/common/retry";
import { isUuid } from "@/lib/contract/audience/tag";
import { csvDecoder } from "@/lib/domain/csv-text";
import { log } from "@/lib/log";
import { audit } from "@/lib/services/audit";
import type { Context } from "@/lib/services/context";
import type { ImportLayout } from "./import-header";
import { type ImportedRow, rowReader } from "./import-rows";

const batchSize = 10_000;
/** A row longer than this is a quote that nobody closed. */
const recordLengthMax = 262_144;
/** A file that makes more tags than this has something else in that column. */
const newTagsMax = 1_000;
/** …or when its text reaches this, in characters. */
const batchLengthMax = 4_194_304;
const keptLength = 8_192;

interface Batch {
  rows: ImportedRow[];
  rejected: RejectedRow[];
}

/** The import was ended by somebody else: it had shown no sign of life for too long. */
class NoLongerRunning extends Error {}
/** The file breaks off or cannot be split into rows. What came before is kept. */
class FileError extends Error {}

/**
 * Stores a file in batches, each its own transaction with the progress it makes, so that an interrupted import can simply be repeated. The next batch is read
 * while the last one is being stored. It never throws: however it ends, the import's row says so.
 */
export async function runImport(ctx: Context, job: ImportRow, layout: ImportLayout, file: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await storeFile(ctx, job, layout, file);
    await endImport(ctx, job, "completed", null);
  } catch (error) {
    if (error instanceof NoLongerRunning) return;
    if (!(error instanceof FileError))
      log.error({ code: (error as { code?: string }).code, reason: String((error as Error).message), import: job.id }, "an import failed");
    // When even this fails, the database is away, and the row is marked for want of a sign of life.
    await endImport(ctx, job, "failed", error instanceof FileError ? error.message : "internal").catch(() => {});
  }
}

async function endImport(ctx: Context, job: ImportRow, status: "completed" | "failed", error: string | null): Promise<void> {
  await transaction(ctx.db.sql, async (tx) => {
    const ended = await finishImport(tx, job.no, status, error);
    if (!ended) return;
    const { rows, created, updated, rejected } = ended;
    const after = { status, error, rows, created, updated, rejected };
    await audit(ctx, tx, "import.finished", job.id, { after });
  });
}

async function storeFile(ctx: Context, job: ImportRow, layout: ImportLayout, file: AsyncIterable<Uint8Array>): Promise<void> {
  await transaction(ctx.db.sql, (tx) => insertImportErrors(tx, job.no, [{ line: 1, code: "header", cells: keep(layout.header) }]));
  const read = rowReader(layout, await operatorDirectory(ctx.db.sql), new Set(await tagIds(ctx.db.sql)));
  const tags = new TagNumbers(ctx);
  let storing: Promise<void> = Promise.resolve();
  try {
    for await (const batch of readBatches(file, layout, read)) {
      await storing;
      let isSent = () => {};
      const sent = new Promise<void>((resolve) => {
        isSent = resolve;
      });
      storing = storeWithRetry(ctx, job, layout, tags, batch, isSent);
      // Awaited in the next round; until then a failure must not count as unhandled. Reading goes on when the database has something to do.
      await Promise.race([sent, storing.catch(() => {})]);
    }
  } finally {
    // Also when the file breaks off: what came before is kept.
    await storing;
  }
}

/** Splits the file into rows, and rows into batches. */
async function* readBatches(
  file: AsyncIterable<Uint8Array>,
  layout: ImportLayout,
  read: ReturnType<typeof rowReader>,
): AsyncGenerator<Batch> {
  let batch: Batch = { rows: [], rejected: [] };
  let full: Batch[] = [];
  let length = 0;
  let failure: FileError | null = null;
  const firstLine = lineCounter();
  const take = (cells: string[], lines: number) => {
    const row = read(cells);
    const line = firstLine(cells, lines);
    if (typeof row === "string") batch.rejected.push({ line, code: row, cells: keep(cells) });
    else batch.rows.push(row);
    for (const cell of cells) length += cell.length;
    if (batch.rows.length + batch.rejected.length < batchSize && length < batchLengthMax) return;
    full.push(batch);
    length = 0;
    batch = { rows: [], rejected: [] };
  };
  const parser = new Parser({
    delimiter: layout.delimiter,
    record_delimiter: layout.newline,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    max_record_size: recordLengthMax,
    // Rows are taken here and not from the stream's other end: that saves a queue, and half of the time.
    on_record: (cells: string[], { lines, records }: { lines: number; records: number }) => {
      if (records > 1) take(cells, lines);
      else firstLine(cells, lines);
      return null;
    },
  } as Options);
  parser.on("error", (error: { code?: string; lines?: number }) => {
    const code =
      error.code === "CSV_QUOTE_NOT_CLOSED" ? "quote_not_closed" : error.code === "CSV_MAX_RECORD_SIZE" ? "record_too_long" : "unreadable";
    failure ??= new FileError(`${code} ${error.lines ?? 0}`);
  });
  parser.resume();

  const decoder = csvDecoder();
  let last = "";
  const feed = async (text: string) => {
    if (text === "" || failure) return;
    last = text.at(-1)!;
    await new Promise<void>((resolve) => parser.write(text, () => resolve()));
  };
  for await (const bytes of file) {
    await feed(decoder.write(bytes));
    yield* full;
    full = [];
    if (failure) break;
  }
  await feed(decoder.end());
  if (last !== "\n" && last !== "\r") await feed(layout.newline);
  if (!failure) await new Promise<void>((resolve) => parser.once("close", resolve).end());
  yield* full;
  if (batch.rows.length + batch.rejected.length > 0) yield batch;
  if (failure) throw failure;
}

/** The line a row begins on. The parser tells the one it ends on, but counts a CRLF inside quotes twice. */
function lineCounter(): (cells: string[], lines: number) => number {
  let countedTwice = 0;
  return (cells, lines) => {
    let breaks = 0;
    for (const cell of cells) {
      if (!cell.includes("\n") && !cell.includes("\r")) continue;
      breaks += cell.match(/\r\n|\n|\r/g)!.length;
      countedTwice += cell.split("\r\n").length - 1;
    }
    return lines - countedTwice - breaks;
  };
}

/** Cells as they go to the error file: bounded, and without NUL. */
function keep(cells: string[]): string[] {
  let room = keptLength;
  return cells.slice(0, 200).map((cell) => {
    const kept = cell.slice(0, room).replaceAll("\0", "\ufffd");
    room -= kept.length;
    return kept;
  });
}

const STORE_TRIES_MAX = 5;

/** Another transaction, or somebody's PUT of the same new number: the next attempt sees what the other has committed. */
const isPassing = (error: unknown) => isContention(error) || isUniqueViolation(error);

async function storeWithRetry(
  ctx: Context,
  job: ImportRow,
  layout: ImportLayout,
  tags: TagNumbers,
  batch: Batch,
  isSent: () => void,
): Promise<void> {
  const attempt = async () => {
    try {
      await transaction(ctx.db.sql, (tx) => store(tx, job, layout, tags, batch, isSent));
    } catch (error) {
      tags.rolledBack();
      throw error;
    }
  };
  await retry(attempt, { isPassing, triesMax: STORE_TRIES_MAX });
  tags.committed();
}

async function store(tx: Tx, job: ImportRow, layout: ImportLayout, tags: TagNumbers, batch: Batch, isSent: () => void): Promise<void> {
  // The last row of a number wins; the earlier ones count as updated, as they would in another batch.
  const rows = [...new Map(batch.rows.map((row) => [row.phone, row])).values()];
  if (layout.tags >= 0) await tags.learn(tx, rows);
  const columns = {
    phones: rows.map((row) => row.phone),
    operatorNos: rows.map((row) => row.operatorNo),
    operatorGiven: rows.map((row) => (row.operatorGiven ? 1 : 0)),
    timezones: layout.timezone < 0 ? null : rows.map((row) => row.timezone),
    attributes: layout.attributes.length === 0 ? null : rows.map((row) => row.attributes),
    tags: layout.tags < 0 ? null : rows.map((row) => tags.listOf(row.tags)),
  } satisfies BatchColumns;
  // Not awaited one by one: the next batch is being read meanwhile, and each answer would wait until that lets it be heard.
  const stored = Promise.all([
    lockBatch(tx),
    holdReferences(tx, columns.operatorNos, tags.numbers()),
    rows.length > 0 ? storeBatch(tx, columns) : 0,
    batch.rejected.length > 0 ? insertImportErrors(tx, job.no, batch.rejected) : undefined,
  ]);
  isSent();
  const [, isHeld, created] = await stored;
  if (!isHeld) throw new FileError("reference_deleted");
  const counts = {
    rows: batch.rows.length + batch.rejected.length,
    created,
    updated: batch.rows.length - created,
    rejected: batch.rejected.length,
  };
  if (!(await advanceImport(tx, job.no, counts))) throw new NoLongerRunning();
}

/** The numbers of the tags a file names. Unknown ones are made, in the transaction of the first batch that names them. */
class TagNumbers {
  private readonly known = new Map<string, number>();
  private fresh = new Map<string, number>();
  private made = 0;
  private madeHere = 0;

  constructor(private readonly ctx: Context) {}

  /** The numbers of these tags, with commas between. */
  listOf(idsOrNames: string[]): string {
    return idsOrNames.length === 0 ? "" : [...new Set(idsOrNames.map((text) => this.known.get(text) ?? this.fresh.get(text)))].join(",");
  }

  /** Of all tags that were named so far. */
  numbers(): number[] {
    return [...this.known.values(), ...this.fresh.values()];
  }

  /** Before the batch's first statement: only names that no batch before had are asked for. */
  async learn(tx: Tx, rows: ImportedRow[]): Promise<void> {
    const names = [...new Set(rows.map((row) => row.tags))].flat().filter((name) => !this.known.has(name));
    if (names.length === 0) return;
    // Two imports that make the same tags in another order would wait for each other.
    await lockBatch(tx);
    const found = await resolveTags(tx, names);
    for (const name of new Set(names)) {
      const tag = found.find((t) => t.id === name.toLowerCase()) ?? found.find((t) => t.name === name);
      this.fresh.set(name, tag?.no ?? (await this.make(tx, name)));
    }
  }

  private async make(tx: Tx, name: string): Promise<number> {
    if (isUuid(name)) throw new FileError("tag_deleted");
    if (this.made + ++this.madeHere > newTagsMax) throw new FileError("too_many_new_tags");
    const tag = await insertTag(tx, { id: uuidv7(), name });
    // Somebody made it a moment ago.
    if (!tag) return (await resolveTags(tx, [name]))[0]!.no;
    const after = { id: tag.id, name };
    await audit(this.ctx, tx, "tag.created", tag.id, { after });
    return tag.no;
  }

  committed(): void {
    for (const [name, no] of this.fresh) this.known.set(name, no);
    this.made += this.madeHere;
    this.rolledBack();
  }

  rolledBack(): void {
    this.fresh = new Map();
    this.madeHere = 0;
  }
}
