/**
 * What a cell says about an opt-out. `at` is the instant in ISO form, or null when the cell has
 * none.
 */
export type OptOut = { isOut: boolean; at: string | null };

const yes =
  /^(true|t|yes|y|1|x|\+|✓|✔|☑|да|д|истина|unsubscribed|opted[ _-]?out|out|stop|стоп|отписан[аоы]?|отписал(ся|ась|ись)|отказал(ся|ась|ись)|отказ)$/i;
const no = /^(|false|f|no|n|0|-|—|нет|н|ложь|null|none)$/i;
const isoDate =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/i;
const dayFirst = /^(\d{1,2})\.(\d{1,2})\.(\d{4}|\d\d)(?:,?\s+(\d{1,2}):(\d\d)(?::(\d\d))?)?$/;
/** Nobody knows whether the day or the month comes first, but it is a date. */
const slashed = /^\d{1,4}[/-]\d{1,2}[/-]\d{1,4}(?:,?\s+\d{1,2}:\d\d(?::\d\d)?\s*(?:[AP]M)?)?$/i;

/**
 * Reads a cell of a column of opt-outs.
 * @returns null when the cell is unclear. The row must be rejected then: an unclear cell must never
 *   count as “has not opted out”
 */
export function readOptOut(cell: string): OptOut | null {
  const text = cell.trim();
  if (no.test(text)) return { isOut: false, at: null };
  if (yes.test(text)) return { isOut: true, at: null };
  const iso = isoDate.exec(text);
  if (iso) return dated(iso.slice(1, 7), offsetOf(iso[7]));
  const local = dayFirst.exec(text);
  if (local) {
    const [, day, month, year, ...time] = local;
    return dated([year!.length === 2 ? `20${year}` : year, month, day, ...time], "Z");
  }
  return slashed.test(text) ? { isOut: true, at: null } : null;
}

function offsetOf(text: string | undefined): string {
  if (text === undefined || /^(z|utc)$/i.test(text)) return "Z";
  const digits = text.slice(1).replace(":", "").padEnd(4, "0");
  return `${text[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

/** We take a time without a zone as UTC. A few hours do not change who has opted out. */
function dated(
  [year, month, day, hour = "0", minute = "0", second = "0"]: (string | undefined)[],
  offset: string,
): OptOut | null {
  const two = (part: string | undefined) => (part ?? "0").padStart(2, "0");
  const at = new Date(
    `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${offset}`,
  );
  return Number.isNaN(+at) ? null : { isOut: true, at: at.toISOString() };
}
