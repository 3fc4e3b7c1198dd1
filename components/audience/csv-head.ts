import { detectDelimiter } from "@/lib/domain/csv-text";

/** What the first bytes of a CSV file tell about it. */
export interface CsvHead {
  encoding: FileEncoding;
  delimiter: "," | ";";
  /** The header's cells, trimmed. */
  header: string[];
  /** The first rows after it, those that are there whole. */
  rows: string[][];
  /** Where the header line ends, in bytes of the file. */
  headerBytes: number;
  /** What ends it. */
  newline: string;
}

/** `ascii`: nothing so far tells UTF-8 from Windows-1251. */
export type FileEncoding = "ascii" | "utf-8" | "windows-1251";

const BOM = [0xef, 0xbb, 0xbf];
const [QUOTE, LF, CR] = [0x22, 0x0a, 0x0d];

/**
 * @param bytes the beginning of the file
 * @param isWhole they are all of it, so that the last row is whole too
 * @returns null when it is no text in one of the two encodings, or its first line does not end
 */
export function readCsvHead(bytes: Uint8Array, isWhole: boolean, rowsMax: number): CsvHead | null {
  if (bytes.subarray(0, 1_024).includes(0) || (bytes[0] === 0xff && bytes[1] === 0xfe)) return null;
  const encoding = encodingOf(bytes, isWhole);
  const start = startOf(bytes);
  const headerBytes = lineEnd(bytes, start);
  if (headerBytes === bytes.length && !isWhole) return null;
  const decoder = new TextDecoder(encoding === "ascii" ? "utf-8" : encoding);
  const line = decoder.decode(bytes.subarray(start, headerBytes));
  const delimiter = detectDelimiter(line);
  const header = (parseRows(line, delimiter, 1, true)[0] ?? []).map((cell) => cell.trim());
  if (header.length === 0) return null;
  const rows = parseRows(decoder.decode(bytes.subarray(headerBytes)), delimiter, rowsMax, isWhole);
  const newline = /^(\r\n|\n|\r)?/.exec(decoder.decode(bytes.subarray(headerBytes, headerBytes + 2)))![0];
  return { encoding, delimiter, header, rows, headerBytes, newline };
}

/** The same file when its first line is somebody's and no header: all of it is rows, and its columns are called `names`. */
export function withoutHeader(head: CsvHead, names: string[]): CsvHead {
  return { ...head, header: names, rows: [head.header, ...head.rows], headerBytes: 0 };
}

/** The same file with other names of columns: the rest of its bytes are what they were. */
export function withHeader(file: Blob, head: CsvHead, names: string[], hasBom: boolean): Blob {
  const line = names.map((name) => (/[",;\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)).join(head.delimiter);
  const bytes = head.encoding === "windows-1251" ? toWindows1251(line) : new TextEncoder().encode(line);
  const mark = hasBom ? new Uint8Array(BOM) : new Uint8Array(0);
  // Before a first line that is no header a line is new.
  const rest = head.headerBytes > 0 ? [file.slice(head.headerBytes)] : [head.newline || "\n", file.slice(mark.length)];
  return new Blob([mark, bytes, ...rest], { type: "text/csv" });
}

export const hasBom = (bytes: Uint8Array) => BOM.every((byte, index) => bytes[index] === byte);
const startOf = (bytes: Uint8Array) => (hasBom(bytes) ? BOM.length : 0);

/** Every Russian text in Windows-1251 is broken UTF-8. */
export function encodingOf(bytes: Uint8Array, isWhole: boolean): FileEncoding {
  if (!bytes.some((byte) => byte > 0x7f)) return "ascii";
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: !isWhole });
    return "utf-8";
  } catch {
    return "windows-1251";
  }
}

/** Quotes and line breaks are the same bytes in both encodings. */
function lineEnd(bytes: Uint8Array, start: number): number {
  let isQuoted = false;
  for (let i = start; i < bytes.length; i++) {
    if (bytes[i] === QUOTE) isQuoted = !isQuoted;
    else if (!isQuoted && (bytes[i] === LF || bytes[i] === CR)) return i;
  }
  return bytes.length;
}

/** @param isWhole the last row counts although no line break ends it */
function parseRows(text: string, delimiter: string, rowsMax: number, isWhole: boolean): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  const endRow = () => {
    row.push(cell);
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
    cell = "";
  };
  for (let i = 0; i < text.length && rows.length < rowsMax; i++) {
    const char = text[i]!;
    if (isQuoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') cell += text[++i];
      else isQuoted = false;
    } else if (char === '"' && cell === "") isQuoted = true;
    else if (char === delimiter) {
      row.push(cell);
      cell = "";
    } else if (char === "\n" || char === "\r") endRow();
    else cell += char;
  }
  if (isWhole && rows.length < rowsMax && (cell !== "" || row.length > 0)) endRow();
  return rows;
}

/** Browsers decode this encoding but do not encode it. What it has no letter for becomes "?". */
function toWindows1251(text: string): Uint8Array<ArrayBuffer> {
  const letters = new TextDecoder("windows-1251").decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  const bytes = new Map([...letters].map((letter, byte) => [letter, byte]));
  return Uint8Array.from(text, (letter) => bytes.get(letter) ?? 0x3f);
}
