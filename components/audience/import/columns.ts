import type { ImportFile } from "@/lib/contract/audience/import";
import { columnNames, isOwnColumn, PASSED_OVER } from "@/lib/domain/audience/list-columns";

/** What a column of an imported file may be chosen to be. */
export const meanings = [
  "phone",
  "operator",
  "tags",
  "timezone",
  "opted_out",
  "attribute",
  "left_out",
] as const;
/** `nameless`: it has no name, and its cells must be empty. */
export type Meaning = (typeof meanings)[number] | "nameless";

export interface Column {
  /** As the file has it; "" for a column without a name. */
  name: string;
  meaning: Meaning;
  /** What the attribute is called, when it is one. */
  attribute: string;
}

/**
 * Columns of the file of rejected rows that say nothing about a person: an import passes over them.
 */
export const isNeverRead = isOwnColumn;

const isOwnMeaning = (name: string) => Object.values(columnNames).some((names) => names.test(name));

/** @param nameless what a column of a file without a header is called, by its place from 0 on */
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
 * One column becomes something else; the one that was it before is left out, unless several may be
 * it.
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

/** An attribute cannot be called what names another meaning: the server would read it as that. */
const attributeOf = (name: string, otherwise: string) =>
  name === "" || isOwnMeaning(name) ? otherwise : name;

/** What the columns are called, so that the import reads them as chosen. */
export const namesOf = (columns: Column[]): string[] =>
  columns.map(({ name, meaning, attribute }) => {
    if (meaning === "nameless") return "";
    if (meaning === "left_out") return PASSED_OVER;
    if (meaning === "attribute") return attribute.trim();
    // More than one column may say who has opted out, and no two may have one name.
    if (meaning === "opted_out" && columnNames.opted_out.test(name)) return name;
    return meaning;
  });

/** Ten digits or more, and nothing that is in no number. */
const looksLikePhone = (cell: string) =>
  /^[\s"'=+\d().-]*$/.test(cell) && cell.replace(/\D/g, "").length >= 10;

/** Names for the columns of a file without a header: its first row shows where the phone is. */
export function namesWithoutHeader(
  { first_row: firstRow }: ImportFile,
  nameless: (index: number) => string,
): string[] {
  const phoneAt = firstRow.findIndex(looksLikePhone);
  return firstRow.map((_, index) => (index === phoneAt ? "phone" : nameless(index)));
}

/**
 * A number stands where names of columns should: perhaps that row is somebody's, and would be lost
 * as a header.
 */
export const isFirstRowDoubtful = ({ first_row: firstRow }: ImportFile): boolean =>
  firstRow.some(looksLikePhone);
/** …and nobody has said so far. */
export const isFirstRowAsked = (
  file: ImportFile,
  { headerless }: { headerless?: boolean | undefined },
): boolean => headerless === undefined && isFirstRowDoubtful(file);
