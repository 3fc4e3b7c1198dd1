import { expect, test } from "vitest";
import { locales, textOf, textsOf } from "@/lib/contract/texts";
import type { RowCode } from "./problem";

const codes = {
  attribute_too_long: true,
  broken_letter: true,
  cell_too_long: true,
  contradicts_row: true,
  characters: true,
  line_too_long: true,
  no_operator_for_phone: true,
  not_mobile: true,
  opted_out_value: true,
  not_opted_out: true,
  phone: true,
  phone_ambiguous: true,
  phone_impossible: true,
  phone_missing: true,
  phone_rounded: true,
  phone_several: true,
  phone_too_long: true,
  phone_too_short: true,
  quote_inside: true,
  quote_open: true,
  spreadsheet_error: true,
  surplus_cell: true,
  tag_name: true,
  timezone: true,
  too_many_tags: true,
  unknown_operator: true,
  unknown_tag: true,
} satisfies Record<RowCode, true>;

const fileCodes = [
  "header_is_row",
  "header_missing",
  "header_unreadable",
  "column_phone_missing",
  "column_twice",
  "column_name",
  "too_many_columns",
];
const optionCodes = ["unknown_encoding", "unknown_delimiter", "unknown_country", "unknown_sheet"];
const boundCodes = [
  "not_a_list",
  "workbook_old",
  "workbook_broken",
  "workbook_too_large",
  "file_too_large",
  "too_many_rows",
  "too_many_new_tags",
];

test.each(locales)("whatever is wrong with a list or a row has a text of its own (%s)", (locale) => {
  for (const code of [...Object.keys(codes), ...fileCodes, ...optionCodes, ...boundCodes]) {
    expect(Object.keys(textsOf(locale)), code).toContain(code);
    expect(textOf(locale, code, { value: "x" }), code).not.toBe(textOf(locale, "invalid"));
  }
});
