import { parse } from "csv-parse/sync";
import { attributeNameIssue, attributesMax } from "@/lib/contract/audience/recipient";
import { detectDelimiter } from "@/lib/domain/csv-text";
import { ValidationError } from "@/lib/domain/errors";

/** Columns that carry no data of a recipient: an export has the one, an error file the others. Neither is lost by importing such a file. */
const ignoredColumns = new Set(["opted_out_at", "error_line", "error_reason"]);
/** The name of a column that is not to be read: any number of columns may have it. */
const passedOver = "-";
const knownColumns = ["phone", "operator", "tags", "timezone"] as const;

/** How a file is to be read. A column that the file has not is -1. */
export interface ImportLayout {
  delimiter: "," | ";";
  newline: "\r\n" | "\n" | "\r";
  /** The header's cells. */
  header: string[];
  phone: number;
  operator: number;
  tags: number;
  timezone: number;
  attributes: { name: string; index: number }[];
  /** Columns without a name, which spreadsheets like to leave at the end: their cells must be empty. */
  nameless: number[];
}

/** Everything up to the first line break outside quotes, or null while there is none. */
export function headerEnd(text: string): number | null {
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') quoted = !quoted;
    else if (!quoted && (char === "\n" || char === "\r")) return i;
  }
  return null;
}

/**
 * @param text the beginning of the file, at least its first line
 * @throws ValidationError that names every column that is wrong
 */
export function readHeader(text: string): ImportLayout {
  const end = headerEnd(text) ?? text.length;
  const line = text.slice(0, end);
  if (line.trim() === "") throw new ValidationError([{ pointer: "", code: "header_missing" }]);
  const delimiter = detectDelimiter(line);
  const newline = text.startsWith("\r\n", end) ? "\r\n" : text[end] === "\r" ? "\r" : "\n";
  const header = parseLine(line, delimiter);
  const names = header.map((cell) => cell.trim());
  // Case does not matter for our own columns; the name of an attribute is the customer's.
  const find = (column: string) => names.findIndex((name) => name.toLowerCase() === column);
  const layout: ImportLayout = {
    delimiter,
    newline,
    header,
    phone: find("phone"),
    operator: find("operator"),
    tags: find("tags"),
    timezone: find("timezone"),
    attributes: [],
    nameless: [],
  };
  const codes: { code: string; column: string }[] = [];
  if (layout.phone < 0) codes.push({ code: "column_phone_missing", column: "phone" });
  const seen = new Set<string>();
  names.forEach((name, index) => {
    const key = isKnown(name) ? name.toLowerCase() : name;
    if (name === passedOver) return;
    if (name === "") layout.nameless.push(index);
    else if (seen.has(key)) codes.push({ code: "column_twice", column: name });
    else if (!isKnown(name) && !ignoredColumns.has(key.toLowerCase())) {
      if (attributeNameIssue(name)) codes.push({ code: "column_name", column: name.slice(0, 64) });
      layout.attributes.push({ name, index });
    }
    seen.add(key);
  });
  if (layout.attributes.length > attributesMax) codes.push({ code: "too_many_columns", column: String(layout.attributes.length) });
  if (codes.length > 0)
    throw new ValidationError(codes.map(({ code, column }) => ({ pointer: "", code, params: { column, max: attributesMax } })));
  return layout;
}

const isKnown = (name: string) => (knownColumns as readonly string[]).includes(name.toLowerCase());

function parseLine(line: string, delimiter: string): string[] {
  try {
    return (parse(line, { delimiter, relax_quotes: true, to: 1 }) as string[][])[0] ?? [];
  } catch {
    throw new ValidationError([{ pointer: "", code: "header_unreadable" }]);
  }
}
