import type { PhoneCountry } from "@/lib/domain/audience/phone-reader";
import { type FieldError, ValidationError } from "@/lib/domain/errors";
import { type ListColumn, readColumns } from "./columns";
import { storable } from "./copied";
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
 * Reads a file of people: finds its kind and its columns, then reads its rows in batches. It
 * guesses nothing silently: it reports what is uncertain, or rejects the row. Memory holds one
 * piece of the file; for a workbook also its texts, up to 128 MB.
 *
 * Encoding. `survey.ts` counts bytes, and `encoding.ts` judges. A byte order mark decides; else
 * UTF-8, if valid sequences outnumber broken bytes ten to one; else the likeliest of eleven
 * encodings. The verdict says whether it is sure, and shows three cells in each candidate.
 *
 * Rows. `csv.ts` is our own parser, because it must go back: a damaged quote costs its line alone
 * (docs/decisions/0024). A quoted cell that contains a whole row counts as damage, too.
 *
 * Workbooks. `zip.ts`, `xml.ts` and `workbook.ts` stream the file, and limit the unpacked bytes and
 * the ratio of unpacked to packed. A number is read with all its digits, not as the sheet shows it;
 * a date is read as ISO.
 *
 * Phones. `readPhone` (`lib/domain/audience/phone-reader.ts`) judges phones for files and the API.
 * It needs the numbering plans of all countries, so it runs on the server only. Browsers have
 * `normalizePhone` with small tables.
 *
 * Problems. Each names its column, value and code; the code's text says what to do. An unclear
 * opt-out rejects its row. A clear opt-out counts even in a row that is rejected for another
 * reason.
 */
export interface ListOptions {
  /** The country of numbers that have no country code. */
  country?: string;
  /** What somebody named wins over what we found. */
  encoding?: string;
  delimiter?: string;
  /** The name of the sheet, if the file is a workbook. */
  sheet?: string;
  /** Replaces the names of the header. We do not read a column named `-`. */
  columnNames?: string[];
  /** The first row is a person, not a header. It needs `columnNames`. */
  isHeaderless?: boolean;
  knownTags?: Iterable<KnownTag>;
  isStrict?: boolean;
  /** Returns wrong columns in the summary instead of throwing: somebody will correct them. */
  tellsFaults?: boolean;
  check?: RowOptions["check"];
  /**
   * The counts that were taken while the bytes arrived; without them we read the bytes once more.
   */
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
  /** Null for a workbook, whose format fixes the encoding. */
  encoding: string | null;
  /** When false, a person must look at the samples before we write anything. */
  isSure: boolean;
  candidates: EncodingCandidate[];
  delimiter: string | null;
  sheet: string | null;
  sheets: string[];
  country: PhoneCountry;
  columns: ListColumn[];
  /** The header of the file, or the names that replace it. */
  header: string[];
  /** The first row of the file, which is the header unless the list is headerless. */
  firstRow: string[];
  /**
   * The first rows after the header, unchanged, to show what the columns are. Filled once rows have
   * been read.
   */
  sampleRows: string[][];
  /** The faults of the columns, only with `tellsFaults`. With a fault no rows are read. */
  faults: FieldError[];
}

export interface List {
  /** What we know so far. Its counts grow while rows are read. */
  summary: ListSummary;
  /**
   * Reads all rows except empty ones, in batches. Call it once.
   * @throws ValidationError when the file breaks off or is too large; the batches before that stay
   *   valid
   */
  rows(): AsyncGenerator<ListRow[]>;
}

const DELIMITERS = /^[^\w\s"]$|^\t$/;
/** We look for rows in pieces of at least this many characters. */
const PIECE_LENGTH = 65_536;
/** How many rows we show for choosing the columns. */
const SAMPLE_ROWS = 6;
/** The most rows of one batch: one piece of text may contain more. */
const BATCH_ROWS = 5_000;

const refused = (code: string, params: Record<string, string | number> = {}) =>
  new ValidationError([{ pointer: "", code, params }]);

/** An opened file, whose rows include the header and have no meaning yet. */
interface Opened {
  summary: Pick<
    ListSummary,
    "format" | "encoding" | "isSure" | "candidates" | "delimiter" | "sheet" | "sheets"
  >;
  rows: AsyncGenerator<RawRow[]>;
  /** Call it before you ask for the rows after the header. */
  know(columns: ListColumn[], country: PhoneCountry): void;
}

/** A file as a table, before its columns have a meaning. */
export interface Table extends Pick<Opened, "summary" | "know"> {
  header: string[];
  firstRow: string[];
  /** The rows after the header. */
  rows: AsyncGenerator<RawRow[]>;
}

/** @throws ValidationError when the file is too large or not a table, or an option is wrong */
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
 * Opens a list of people: finds its kind and its columns, and reads its rows.
 * @throws ValidationError when the file is too large or not a list, or its header or an option is
 *   wrong
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
    ...{ country, columns, header: header.map(storable), firstRow, faults },
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
  // The old format of Excel (up to 2003), and of every workbook with a password.
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
  // The beginning of the text shows the delimiter.
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
        // Give the first row to the caller at once: it may be the header, which decides how we read
        // the rows after it.
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

/** Returns the first row that is not empty, and a generator of the rows after it. */
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
