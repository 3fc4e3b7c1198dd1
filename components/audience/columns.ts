import { columnNames, PASSED_OVER } from "@/lib/domain/list-columns";

/** What a column of an imported file is. */
export const meanings = ["phone", "operator", "tags", "timezone"] as const;
export type Meaning = (typeof meanings)[number] | "attribute" | "left_out";

export interface Column {
  /** As the file has it. */
  name: string;
  meaning: Meaning;
  /** What the attribute is called, when it is one. */
  attribute: string;
}

/** Columns of an export and of an error file that say nothing about a recipient: an import passes over them. */
const leftOut = new Set(["opted_out_at", "error_line", "error_reason"]);
export const isNeverRead = (name: string) => leftOut.has(name.toLowerCase());

/**
 * What the columns seem to be, by their names; the phone, when no name says it, by what is in them.
 * @param isPhone whether a cell of the first rows is a phone
 */
export function guessColumns(header: string[], rows: string[][], isPhone: (cell: string) => boolean): Column[] {
  const columns = header.map((name): Column => ({ name, meaning: isNeverRead(name) ? "left_out" : "attribute", attribute: name }));
  for (const meaning of meanings) {
    // The exact name wins over one that only seems to mean it.
    const exact = columns.findIndex(({ name }) => name.toLowerCase() === meaning);
    const index =
      exact >= 0 ? exact : columns.findIndex((column) => column.meaning === "attribute" && columnNames[meaning].test(column.name));
    if (index >= 0) columns[index]!.meaning = meaning;
  }
  if (!columns.some(({ meaning }) => meaning === "phone") && rows.length > 0) {
    const index = columns.findIndex(
      ({ meaning }, at) => meaning === "attribute" && rows.filter((row) => isPhone(row[at] ?? "")).length * 2 > rows.length,
    );
    if (index >= 0) columns[index]!.meaning = "phone";
  }
  return columns;
}

/** One column becomes something else; a column that was it before is an attribute again. */
export function setMeaning(columns: Column[], index: number, meaning: Meaning): Column[] {
  return columns.map((column, at) => {
    if (at === index) return { ...column, meaning };
    return column.meaning === meaning && meaning !== "attribute" && meaning !== "left_out" ? { ...column, meaning: "attribute" } : column;
  });
}

/** The header as the import is to read it. */
export function headerOf(columns: Column[]): string[] {
  return columns.map(({ name, meaning, attribute }) =>
    meaning === "attribute"
      ? attribute.trim()
      : meaning === "left_out"
        ? isNeverRead(name)
          ? name
          : PASSED_OVER
        : name.toLowerCase() === meaning
          ? name
          : meaning,
  );
}
