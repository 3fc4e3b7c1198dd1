import type { ImportFile } from "@/lib/contract/audience/import";
import { columnNames, isOwnColumn, PASSED_OVER } from "@/lib/domain/audience/list-columns";

/** The meanings that a user can choose for a column. */
export const meanings = [
  "phone",
  "operator",
  "tags",
  "timezone",
  "opted_out",
  "attribute",
  "left_out",
] as const;
/** `nameless`: the column has no name, and its cells must be empty. */
export type Meaning = (typeof meanings)[number] | "nameless";

export interface Column {
  /** The name in the file; "" when there is none. */
  name: string;
  meaning: Meaning;
  /** The name of the attribute, if the column is one. */
  attribute: string;
}

/**
 * Our own columns in the file of rejected rows say nothing about a person, so imports skip them.
 */
export const isNeverRead = isOwnColumn;

const isOwnMeaning = (name: string) => Object.values(columnNames).some((names) => names.test(name));

/** @param nameless names a column of a file without a header, by its index */
export function columnsOf(
  { columns, first_row: firstRow }: ImportFile,
  isHeaderless: boolean,
  nameless: (index: number) => string,
): Column[] {
  return columns.map(({ name, meaning }, index) => ({
    name: isHeaderless ? nameless(index) : (firstRow[index] ?? name).trim(),
    meaning: meaning === "passed_over" ? "left_out" : (meaning as Meaning),
    attribute: meaning === "attribute" ? name : "",
  }));
}

/**
 * Gives a column another meaning. The column that had this meaning is left out, unless several may
 * have it.
 */
export function setMeaning(
  columns: Column[],
  index: number,
  meaning: Meaning,
  nameless: (index: number) => string,
): Column[] {
  const isShared = meaning === "attribute" || meaning === "left_out" || meaning === "opted_out";
  return columns.map((column, at) => {
    if (at === index)
      return {
        ...column,
        meaning,
        attribute: meaning === "attribute" ? attributeOf(column.name, nameless(at)) : "",
      };
    return column.meaning === meaning && !isShared ? { ...column, meaning: "left_out" } : column;
  });
}

/** An attribute must not have a name that means something else to the server. */
const attributeOf = (name: string, otherwise: string) =>
  name === "" || isOwnMeaning(name) ? otherwise : name;

/** The names to send, so that the server reads the columns as chosen. */
export const namesOf = (columns: Column[]): string[] =>
  columns.map(({ name, meaning, attribute }) => {
    if (meaning === "nameless") return "";
    if (meaning === "left_out") return PASSED_OVER;
    if (meaning === "attribute") return attribute.trim();
    // Several columns may say who has opted out, but no two columns may share a name.
    if (meaning === "opted_out" && columnNames.opted_out.test(name)) return name;
    return meaning;
  });

/** Ten digits or more, and no character that phone numbers lack. */
const looksLikePhone = (cell: string) =>
  /^[\s"'=+\d().-]*$/.test(cell) && cell.replace(/\D/g, "").length >= 10;

/** Names the columns of a file without a header. The first row shows which one has the phones. */
export function namesWithoutHeader(
  { first_row: firstRow }: ImportFile,
  nameless: (index: number) => string,
): string[] {
  const phoneAt = firstRow.findIndex(looksLikePhone);
  return firstRow.map((_, index) => (index === phoneAt ? "phone" : nameless(index)));
}

/**
 * The first row contains a phone number, so it may be a person and not a header. As a header that
 * person would be lost.
 */
export const isFirstRowDoubtful = ({ first_row: firstRow }: ImportFile): boolean =>
  firstRow.some(looksLikePhone);
/** The first row is doubtful, and the user has not decided yet. */
export const isFirstRowAsked = (
  file: ImportFile,
  { headerless }: { headerless?: boolean | undefined },
): boolean => headerless === undefined && isFirstRowDoubtful(file);
