import type { PhoneProblem } from "@/lib/domain/audience/phone-reader";
import type { LineProblem } from "./csv";

/** The faults of a row. Their texts are in lib/contract/texts. */
export type RowCode =
  | LineProblem
  | PhoneProblem
  | "phone_missing"
  | "no_operator_for_phone"
  | "unknown_operator"
  | "surplus_cell"
  | "cell_too_long"
  | "characters"
  | "broken_letter"
  | "spreadsheet_error"
  | "attribute_too_long"
  | "opted_out_value"
  | "not_opted_out"
  | "contradicts_row"
  | "timezone"
  | "tag_name"
  | "unknown_tag"
  | "too_many_tags";

export interface RowProblem {
  code: RowCode;
  /** The name in the header; null when the fault is of the whole row. */
  column: string | null;
  /** The cell, perhaps cut. */
  value: string;
  /** The row can be stored without this cell. */
  isWarning: boolean;
}
