/**
 * Spreadsheets run some cells of a CSV file as formulas. This file finds those cells and disarms
 * them.
 */

/**
 * Where a formula may begin: at the beginning of a cell, and after everything that a spreadsheet
 * may read as the end of one. The separator is a setting of each user, and a quote in the middle of
 * a cell protects nothing.
 */
const place = '(^|[,;|\\t\\r\\n]"*)';
const first = "[=+\\-@\\t\\r\\n\\uff1d\\uff0b\\uff0d\\uff20]";
const formula = new RegExp(`${place}(?='*${first})`, "g");
const guardedFormula = new RegExp(`${place}'(?='*${first})`, "g");

/**
 * Writes a cell of a CSV file, with an apostrophe before each formula. {@link unguardCell} is its
 * inverse.
 */
export function csvCell(value: string): string {
  const safe = value.replace(formula, "$1'");
  return /[",;\r\n\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvRow(values: readonly string[], separator = ","): string {
  return `${values.map(csvCell).join(separator)}\r\n`;
}

/**
 * Removes the apostrophes that {@link csvCell} put before formulas, so that an exported file
 * imports unchanged.
 */
export function unguardCell(value: string): string {
  return value.includes("'") ? value.replace(guardedFormula, "$1") : value;
}
