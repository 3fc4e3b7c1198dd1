import { attributeNameIssue, attributesMax } from "@/lib/contract/audience/recipient";
import { unguardCell } from "@/lib/domain/audience/csv-text";
import {
  type ColumnMeaning,
  columnNames,
  isOwnColumn,
  PASSED_OVER,
} from "@/lib/domain/audience/list-columns";
import { tidyName } from "@/lib/domain/audience/tidy-name";
import { type FieldError, ValidationError } from "@/lib/domain/errors";
import { storable } from "./copied";
import { readPhone } from "./phone";

export interface ListColumn {
  /** The name in the header; "" for a column without a name. */
  name: string;
  /** `passed_over`: we do not read it. `nameless`: its cells must be empty. */
  meaning: ColumnMeaning | "attribute" | "passed_over" | "nameless";
}

const meanings = ["phone", "operator", "tags", "timezone"] as const;
const reserved = new Set<string>([...meanings, "opted_out_at"]);
const isReserved = (name: string) => reserved.has(name.toLowerCase());
/** We refuse a file with more columns: it is not a list of people. */
export const COLUMNS_MAX = 1_000;

const fault = (code: string, params?: FieldError["params"]): FieldError => ({
  pointer: "",
  code,
  ...(params && { params }),
});

/**
 * Finds the meaning of each column. When two names mean the same thing, the exact name wins, else
 * the first; the other column is an attribute. Several columns may say who has opted out.
 * @returns the columns, and a fault for each column that is wrong
 * @throws ValidationError when there is no column, or more than {@link COLUMNS_MAX}
 */
export function readColumns(header: string[]): { columns: ListColumn[]; faults: FieldError[] } {
  const names = header.map((cell) => tidyName(unguardCell(cell)));
  while (names.at(-1) === "") names.pop();
  if (names.length === 0) throw new ValidationError([fault("header_missing")]);
  if (names.length > COLUMNS_MAX)
    throw new ValidationError([fault("too_many_columns", { column: names.length, max: COLUMNS_MAX })]);
  const columns = names.map((name): ListColumn => ({ name, meaning: plainMeaning(name) }));
  for (const meaning of meanings) {
    const exact = columns.findIndex(({ name }) => name.toLowerCase() === meaning);
    const index =
      exact >= 0
        ? exact
        : columns.findIndex(
            (column) => column.meaning === "attribute" && columnNames[meaning].test(column.name),
          );
    if (index >= 0) columns[index]!.meaning = meaning;
  }
  return { columns, faults: faultsOf(columns) };
}

function plainMeaning(name: string): ListColumn["meaning"] {
  if (name === "") return "nameless";
  if (name === PASSED_OVER || isOwnColumn(name)) return "passed_over";
  return columnNames.opted_out.test(name) ? "opted_out" : "attribute";
}

function faultsOf(columns: ListColumn[]): FieldError[] {
  const faults: FieldError[] = [];
  const attributes = columns.filter(({ meaning }) => meaning === "attribute");
  if (!columns.some(({ meaning }) => meaning === "phone")) {
    const isSomebody = columns.some(({ name }) => readPhone(name).phone !== null);
    faults.push(fault(isSomebody ? "header_is_row" : "column_phone_missing", { column: "phone" }));
  }
  const seen = new Set<string>();
  for (const { name, meaning } of columns) {
    if (meaning === "nameless" || name === PASSED_OVER) continue;
    // We ignore case in our own names, but not in names of attributes: those are the customer's.
    const key = isReserved(name) ? name.toLowerCase() : name;
    if (seen.has(key)) faults.push(fault("column_twice", { column: storable(name.slice(0, 64)) }));
    else if (meaning === "attribute" && attributeNameIssue(name))
      faults.push(fault("column_name", { column: storable(name.slice(0, 64)) }));
    seen.add(key);
  }
  if (attributes.length > attributesMax)
    faults.push(fault("too_many_columns", { column: attributes.length, max: attributesMax }));
  return faults;
}
