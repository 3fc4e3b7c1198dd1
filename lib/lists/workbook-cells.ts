import { CELL_LENGTH_MAX } from "./rows";

/** Whether a number of a sheet is a number or a date. */
export type NumberKind = "number" | "date";

/** The ids of date formats that a workbook need not describe. */
const isBuiltInDate = (id: number) =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

/** Does a format show dates or times? We ignore quoted text, colours and conditions. */
export function kindOfFormat(id: number, code: string | undefined): NumberKind {
  if (code === undefined) return isBuiltInDate(id) ? "date" : "number";
  const [positive = ""] = code
    .replace(/"[^"]*"|\\.|_.|\*./g, "")
    .replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, "")
    .split(";");
  return /[ymdhs]/i.test(positive.replace(/general/i, "")) ? "date" : "number";
}

/**
 * Writes a number with all its digits, not as the sheet shows it: `79001234567` for
 * `7.9001234567E10`. It rounds fractions to 15 digits: the sixteenth is an error of floating-point
 * arithmetic. A whole number keeps its digits; one too large to be exact stays as written.
 */
export function numberText(text: string): string {
  if (/^-?\d+$/.test(text)) return text;
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number)) return text;
  if (Number.isSafeInteger(number)) return String(number);
  return Math.abs(number) > Number.MAX_SAFE_INTEGER ? text : String(Number(number.toPrecision(15)));
}

const DAY_MS = 86_400_000;

/** Writes a serial number of days as an ISO date, date with time, or time. It has no time zone. */
export function dateText(text: string, isFrom1904: boolean): string {
  const serial = Number(text);
  if (text.trim() === "" || !Number.isFinite(serial) || serial < 0 || serial > 2_958_466)
    return numberText(text);
  // The format counts a 29 February 1900, which did not exist: later days are one too high.
  const days = isFrom1904 ? serial + 1_462 : serial < 60 ? serial + 1 : serial;
  const iso = new Date(Date.UTC(1899, 11, 30) + Math.round((days * DAY_MS) / 1_000) * 1_000).toISOString();
  if (serial < 1) return iso.slice(11, 19);
  return iso.endsWith("T00:00:00.000Z") ? iso.slice(0, 10) : iso.slice(0, 19);
}

/** The column's index in a reference, 54 for `BC12`; -1 when there is none. */
export function columnOf(reference: string): number {
  let column = 0;
  let at = 0;
  for (; at < reference.length && at < 4; at++) {
    const code = reference.charCodeAt(at) & 0xdf;
    if (code < 65 || code > 90) break;
    column = column * 26 + code - 64;
  }
  return column - 1;
}

/**
 * The format writes `_x000D_` for a character that XML cannot contain. Half of a surrogate pair
 * becomes U+FFFD.
 */
export const unescapeText = (text: string): string =>
  text.includes("_x")
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => {
        const code = Number.parseInt(hex, 16);
        return code >= 0xd800 && code < 0xe000 ? "\ufffd" : String.fromCharCode(code);
      })
    : text;

/**
 * The texts of a workbook, each stored once, as bytes: a million string objects would need five
 * times the memory.
 */
export class SharedTexts {
  private bytes = Buffer.alloc(65_536);
  private used = 0;
  private ends = new Uint32Array(1_024);
  private count = 0;

  constructor(private readonly bytesMax: number) {}

  /** @returns false when there is no room for the text */
  add(text: string): boolean {
    // Keep one character more than allowed, so that the text still counts as too long.
    const part = text.length > CELL_LENGTH_MAX ? text.slice(0, CELL_LENGTH_MAX + 1) : text;
    const most = this.used + part.length * 3;
    if (most > this.bytes.length) {
      if (this.used + Buffer.byteLength(part) > this.bytesMax) return false;
      const larger = Buffer.alloc(Math.max(most, this.bytes.length * 2));
      this.bytes.copy(larger, 0, 0, this.used);
      this.bytes = larger;
    }
    this.used += this.bytes.write(part, this.used);
    if (this.count === this.ends.length) {
      const longer = new Uint32Array(this.ends.length * 2);
      longer.set(this.ends);
      this.ends = longer;
    }
    this.ends[this.count++] = this.used;
    return true;
  }

  get(index: number): string | undefined {
    if (!(index >= 0 && index < this.count)) return undefined;
    return this.bytes.toString("utf8", index === 0 ? 0 : this.ends[index - 1]!, this.ends[index]!);
  }
}
