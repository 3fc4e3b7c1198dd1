import { type Column, guessColumns } from "./columns";
import { type CsvHead, encodingOf, readCsvHead } from "./csv-head";

/** A file that was chosen, and what its beginning tells. */
export interface OpenedFile {
  file: File;
  head: CsvHead;
  /** The beginning. */
  bytes: Uint8Array;
  columns: Column[];
  /** Its first line holds a phone: perhaps it is somebody's, and no header. */
  isHeaderDoubtful: boolean;
  /** E.164, or null for what is no phone. */
  normalizePhone: (text: string) => string | null;
}

const HEAD_BYTES = 64 * 1024;
const STEP_BYTES = 1024 * 1024;
const ROWS_SHOWN = 6;

/** Reads the beginning of a file. @returns null when it is no CSV */
export async function openFile(file: File): Promise<OpenedFile | null> {
  // What knows all countries' numbers is heavy, and wanted only here.
  const { normalizePhone } = await import("@/lib/domain/phone");
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const isWhole = file.size <= HEAD_BYTES;
  const head = readCsvHead(bytes, isWhole, ROWS_SHOWN);
  if (!head) return null;
  if (head.encoding === "ascii" && !isWhole) head.encoding = await laterEncoding(file);
  const isHeaderDoubtful = head.header.some((cell) => normalizePhone(cell) !== null);
  return { file, head, bytes, columns: columnsOf(head, normalizePhone), isHeaderDoubtful, normalizePhone };
}

/** What the columns seem to be. */
export const columnsOf = (head: CsvHead, normalizePhone: OpenedFile["normalizePhone"]) =>
  guessColumns(head.header, head.rows, (cell) => normalizePhone(cell) !== null);

/** A new name of a column must be written as the rest of the file is, and the first letter beyond ASCII may come late. */
async function laterEncoding(file: File): Promise<CsvHead["encoding"]> {
  for (let at = HEAD_BYTES; at < file.size; at += STEP_BYTES) {
    const bytes = new Uint8Array(await file.slice(at, at + STEP_BYTES).arrayBuffer());
    const first = bytes.findIndex((byte) => byte > 0x7f);
    if (first < 0) continue;
    const from = at + first;
    const stretch = new Uint8Array(await file.slice(from, from + HEAD_BYTES).arrayBuffer());
    return encodingOf(stretch, from + HEAD_BYTES >= file.size);
  }
  return "ascii";
}
