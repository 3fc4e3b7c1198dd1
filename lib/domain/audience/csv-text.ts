/** Which cells of a CSV file a spreadsheet would run as formulas, and how they are kept from it. */

const formula = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const guardedFormula = /^'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/**
 * A cell as written to CSV: what a spreadsheet would run as a formula gets an apostrophe before it.
 * {@link unguardCell} is its inverse.
 */
export function csvCell(value: string): string {
  const safe = formula.test(value) ? `'${value}` : value;
  return /[",;\r\n\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvRow(values: readonly string[], separator = ","): string {
  return `${values.map(csvCell).join(separator)}\r\n`;
}

/**
 * Takes away the apostrophe that {@link csvCell} put before a formula, so that an exported file
 * imports as it was.
 */
export function unguardCell(value: string): string {
  return value.charCodeAt(0) === 39 && guardedFormula.test(value) ? value.slice(1) : value;
}
