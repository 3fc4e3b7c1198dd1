import type { PhoneProblem } from "@/lib/domain/audience/phone-reader";
import type { LineProblem } from "./csv";

/** What can be wrong with a row. Their texts are in lib/contract/texts. */
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
  | "timezone"
  | "tag_name"
  | "unknown_tag"
  | "too_many_tags";

export interface RowProblem {
  code: RowCode;
  /** As the header calls it; null where the row as a whole is meant. */
  column: string | null;
  /** The cell, or its beginning. */
  value: string;
  /** The row may be stored without what is wrong. */
  isWarning: boolean;
}
