/** Which cells of a CSV file a spreadsheet would run as formulas, and how they are kept from it. */

/**
 * Where a formula may begin: at the beginning of a cell, and behind everything that a spreadsheet
 * may take for the end of one. Which separator it goes by is its user's setting, and a quote in the
 * middle of what it takes for a cell protects nothing.
 */
const place = '(^|[,;|\\t\\r\\n]"*)';
const first = "[=+\\-@\\t\\r\\n\\uff1d\\uff0b\\uff0d\\uff20]";
const formula = new RegExp(`${place}(?='*${first})`, "g");
const guardedFormula = new RegExp(`${place}'(?='*${first})`, "g");

/**
 * A cell as written to CSV: what a spreadsheet would run as a formula gets an apostrophe before it.
 * {@link unguardCell} is its inverse.
 */
export function csvCell(value: string): string {
  const safe = value.replace(formula, "$1'");
  return /[",;\r\n\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvRow(values: readonly string[], separator = ","): string {
  return `${values.map(csvCell).join(separator)}\r\n`;
}

/**
 * Takes away the apostrophes that {@link csvCell} put before formulas, so that an exported file
 * imports as it was.
 */
export function unguardCell(value: string): string {
  return value.includes("'") ? value.replace(guardedFormula, "$1") : value;
}
