import type { PhoneCountry } from "@/lib/domain/audience/phone-reader";
import { type FieldError, ValidationError } from "@/lib/domain/errors";
import { type ListColumn, readColumns } from "./columns";
import { type RawRow, RowSplitter } from "./csv";
import { detectDelimiter, readSepLine } from "./delimiter";
import { type EncodingCandidate, judgeEncoding } from "./encoding";
import { isPhoneCountry } from "./phone";
import { keptCells, type ListRow, type RowCounts, type RowOptions, rowLook, rowReader } from "./rows";
import type { ListSource } from "./source";
import { type Survey, takeSurvey } from "./survey";
import type { KnownTag } from "./tags";
import { openWorkbook } from "./workbook";
import type { ZipBounds } from "./zip";

/**
 * Reads a file of people: what kind of file it is, what its columns are, then its rows in batches.
 * What is uncertain is told, or rejects its row: nothing is guessed in silence. One piece of the
 * file is in memory at a time; of a workbook its texts as well, up to 128 MB.
 *
 * Encoding. `survey.ts` counts bytes, `encoding.ts` judges: a byte order mark, else UTF-8 where
 * whole letters outnumber broken bytes ten to one, else the likeliest of eleven, with how sure it
 * is and three cells as they read in each.
 *
 * Rows. `csv.ts` is a parser of our own, because it must go back: a quote that is damage costs its
 * line alone (docs/decisions/0024). A quoted cell that holds a whole row of its own is damage, too.
 *
 * Workbooks. `zip.ts`, `xml.ts` and `workbook.ts` stream, and bound what is unpacked in bytes and
 * in ratio. Numbers come as they are and not as they are shown, dates in ISO.
 *
 * Phones. `readPhone` (`lib/domain/audience/phone-reader.ts`) judges them for files and the API. It
 * knows whole numbering plans and is the server's; browsers have `normalizePhone` with small
 * tables.
 *
 * Problems. Each names column, value and code; its text says what to do. An unclear opt-out rejects
 * its row; a clear one counts even in a rejected row.
 */
export interface ListOptions {
  /** Whose national numbers the list has. */
  country?: string;
  /** Explicit ones win over what the file seems to be. */
  encoding?: string;
  delimiter?: string;
  /** Of a workbook: the name of the sheet. */
  sheet?: string;
  /** What the columns are called, instead of what the header says. `-` is not read. */
  columnNames?: string[];
  /** The first row is somebody's; it needs `columnNames`. */
  isHeaderless?: boolean;
  knownTags?: Iterable<KnownTag>;
  isStrict?: boolean;
  /** Wrong columns are told in the summary and not thrown: somebody will say what they are. */
  tellsFaults?: boolean;
  check?: RowOptions["check"];
  /** What was counted while the bytes arrived; else they are read once more. */
  survey?: Survey;
  bounds?: Partial<ListBounds>;
}

export interface ListBounds {
  bytesMax: number;
  rowsMax: number;
  zip?: ZipBounds;
}

export const LIST_BOUNDS: ListBounds = { bytesMax: 2 ** 30, rowsMax: 20_000_000 };

export interface ListSummary extends RowCounts {
  format: "csv" | "xlsx";
  /** Null for a workbook, which says itself what it is in. */
  encoding: string | null;
  /** False: nobody should write what was read before somebody has looked at the samples. */
  isSure: boolean;
  candidates: EncodingCandidate[];
  delimiter: string | null;
  sheet: string | null;
  sheets: string[];
  country: PhoneCountry;
  columns: ListColumn[];
  /** The header as the file has it, or the names that were given instead. */
  header: string[];
  /** The first row of the file: its header, unless it is headerless. */
  firstRow: string[];
  /**
   * The rows after the header, as they are: so many as show what the columns are. They are there
   * once rows have been read.
   */
  sampleRows: string[][];
  /** What is wrong with the columns; then no rows are read. Only with `tellsFaults`. */
  faults: FieldError[];
}

export interface List {
  /** What is known so far: its counts grow while rows are read. */
  summary: ListSummary;
  /**
   * All rows but empty ones, in batches as they come. To be called once.
   * @throws ValidationError when the file breaks off or is too large: what came before is as it is
   */
  rows(): AsyncGenerator<ListRow[]>;
}

const DELIMITERS = /^[^\w\s"]$|^\t$/;
/** Rows are looked for in pieces of at least so many characters. */
const PIECE_LENGTH = 65_536;
/** So many rows show what the columns are. */
const SAMPLE_ROWS = 6;
/** The rows of one piece of text may be many. */
const BATCH_ROWS = 5_000;

const refused = (code: string, params: Record<string, string | number> = {}) =>
  new ValidationError([{ pointer: "", code, params }]);

/** How a file gives its rows, header included, before anybody knows what they mean. */
interface Opened {
  summary: Pick<
    ListSummary,
    "format" | "encoding" | "isSure" | "candidates" | "delimiter" | "sheet" | "sheets"
  >;
  rows: AsyncGenerator<RawRow[]>;
  /** To be told what columns there are, before rows after the header are asked for. */
  know(columns: ListColumn[], country: PhoneCountry): void;
}

/** A file as a table, whatever its columns mean. */
export interface Table extends Pick<Opened, "summary" | "know"> {
  header: string[];
  firstRow: string[];
  /** Those after the header. */
  rows: AsyncGenerator<RawRow[]>;
}

/** @throws ValidationError: it is too large or no table; an option is wrong */
export async function openTable(source: ListSource, options: ListOptions = {}): Promise<Table> {
  const bounds = { ...LIST_BOUNDS, ...options.bounds };
  if (source.size > bounds.bytesMax) throw refused("file_too_large", { max: bounds.bytesMax });
  const head = await firstBytes(source, 8);
  refuseOtherFormats(head);
  const opened = isZip(head) ? await openXlsx(source, options, bounds) : await openText(source, options);
  const { header, firstRow, rest } = await readHeader(opened.rows, options);
  return { summary: opened.summary, know: opened.know, header, firstRow, rows: rest };
}

/**
 * Opens a list of people: says what kind of file it is and what its columns are, and reads its
 * rows.
 * @throws ValidationError: it is too large, no list, or its header is wrong; an option is
 */
export async function openList(source: ListSource, options: ListOptions = {}): Promise<List> {
  const bounds = { ...LIST_BOUNDS, ...options.bounds };
  const { country = "RU" } = options;
  if (!isPhoneCountry(country)) throw refused("unknown_country", { value: country.slice(0, 40) });
  const { header, firstRow, rows: rest, ...opened } = await openTable(source, options);
  const { columns, faults } = readColumns(header);
  if (faults.length > 0 && !options.tellsFaults) throw new ValidationError(faults);
  opened.know(columns, country);
  const { read, counts } = rowReader(columns, {
    country,
    knownTags: options.knownTags,
    isStrict: options.isStrict,
    check: options.check,
  });
  const summary: ListSummary = Object.assign(counts, opened.summary, {
    ...{ country, columns, header, firstRow, faults },
    sampleRows: [],
  });

  async function* rows(): AsyncGenerator<ListRow[]> {
    for await (const raws of rest) {
      let batch: ListRow[] = [];
      for (const raw of raws) {
        if (summary.sampleRows.length < SAMPLE_ROWS) summary.sampleRows.push(keptCells(raw.cells));
        else if (faults.length > 0) return;
        if (faults.length > 0) continue;
        const row = read(raw);
        if (!row) continue;
        if (counts.rows > bounds.rowsMax)
          throw refused("too_many_rows", { max: bounds.rowsMax, line: row.line });
        batch.push(row);
        if (batch.length < BATCH_ROWS) continue;
        yield batch;
        batch = [];
      }
      if (batch.length > 0) yield batch;
    }
  }
  return { summary, rows };
}

async function firstBytes(source: ListSource, count: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source.read(0, Math.min(count, source.size))) pieces.push(piece);
  return Buffer.concat(pieces);
}

const startsWith = (head: Uint8Array, ...bytes: number[]) =>
  bytes.every((byte, index) => head[index] === byte);
const isZip = (head: Uint8Array) => startsWith(head, 0x50, 0x4b, 3, 4);

function refuseOtherFormats(head: Uint8Array): void {
  // The format of Excel up to 2003, and of a workbook with a password.
  if (startsWith(head, 0xd0, 0xcf, 0x11, 0xe0)) throw refused("workbook_old");
  const isPdf = startsWith(head, 0x25, 0x50, 0x44, 0x46);
  const isPacked =
    startsWith(head, 0x1f, 0x8b) ||
    startsWith(head, 0x52, 0x61, 0x72, 0x21) ||
    startsWith(head, 0x37, 0x7a, 0xbc, 0xaf);
  if (isPdf || isPacked) throw refused("not_a_list");
}

async function openXlsx(source: ListSource, options: ListOptions, bounds: ListBounds): Promise<Opened> {
  const workbook = await openWorkbook(source, { sheet: options.sheet, bounds: bounds.zip });
  const { sheet, sheets } = workbook;
  return {
    summary: { format: "xlsx", encoding: null, isSure: true, candidates: [], delimiter: null, sheet, sheets },
    rows: workbook.rows(),
    know: () => {},
  };
}

async function openText(source: ListSource, options: ListOptions): Promise<Opened> {
  const { encoding, isSure, candidates } = judgeEncoding(
    options.survey ?? (await survey(source)),
    options.encoding,
  );
  if (options.delimiter !== undefined && !DELIMITERS.test(options.delimiter))
    throw refused("unknown_delimiter", { value: options.delimiter.slice(0, 10) });
  const texts = readText(source, encoding);
  // What the delimiter is shows in the beginning.
  let head = "";
  let isWhole = true;
  for (let text = await texts.next(); !text.done; text = await texts.next()) {
    head += text.value;
    isWhole = head.length < PIECE_LENGTH;
    if (!isWhole) break;
  }
  const sep = readSepLine(head);
  const start = sep?.length ?? 0;
  const delimiter =
    options.delimiter ?? sep?.delimiter ?? detectDelimiter(head.slice(start).replace(/^\s*[\r\n]/, ""));
  const splitter = new RowSplitter(delimiter, () => false);
  async function* rows(): AsyncGenerator<RawRow[]> {
    splitter.feed(head);
    if (isWhole) splitter.end();
    let isFirst = true;
    for (;;) {
      let batch: RawRow[] = [];
      for (let row = splitter.next(); row; row = splitter.next()) {
        if (row.line === 1 && sep) continue;
        batch.push(row);
        // Of the first rows one is the header: what it says must be known before what comes after
        // it is read.
        if (!isFirst || isEmpty(row)) continue;
        yield batch;
        batch = [];
        isFirst = false;
      }
      if (batch.length > 0) yield batch;
      if (isWhole) return;
      const text = await texts.next();
      isWhole = text.done === true;
      if (text.done) splitter.end();
      else splitter.feed(text.value);
    }
  }
  return {
    summary: { format: "csv", encoding, isSure, candidates, delimiter, sheet: null, sheets: [] },
    rows: rows(),
    know(columns, country) {
      splitter.looksLikeRow = rowLook(columns, delimiter, country);
    },
  };
}

async function survey(source: ListSource): Promise<Survey> {
  const taker = takeSurvey();
  for await (const bytes of source.read(0)) taker.write(bytes);
  return taker.end();
}

async function* readText(source: ListSource, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  let text = "";
  for await (const bytes of source.read(0)) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length < PIECE_LENGTH) continue;
    yield text;
    text = "";
  }
  text += decoder.decode();
  if (text !== "") yield text;
}

const isEmpty = ({ cells }: RawRow) => cells.every((cell) => cell.trim() === "");

/** The first row that is not empty, and a generator of those after it. */
async function readHeader(
  rows: AsyncGenerator<RawRow[]>,
  { columnNames, isHeaderless = false }: ListOptions,
) {
  for (let batch = await rows.next(); !batch.done; batch = await rows.next()) {
    const at = batch.value.findIndex((row) => !isEmpty(row));
    if (at < 0) continue;
    const first = batch.value[at]!;
    if (first.problem !== null && !isHeaderless) throw refused("header_unreadable");
    const before = batch.value.slice(isHeaderless ? at : at + 1);
    return {
      header: columnNames ?? first.cells,
      firstRow: keptCells(first.cells),
      rest: after(before, rows),
    };
  }
  throw refused("header_missing");
}

async function* after(first: RawRow[], rest: AsyncGenerator<RawRow[]>): AsyncGenerator<RawRow[]> {
  if (first.length > 0) yield first;
  yield* rest;
}
