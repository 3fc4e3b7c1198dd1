import { CELL_LENGTH_MAX } from "./rows";

/** How a number of a sheet is meant. */
export type NumberKind = "number" | "date";

/** Formats that are dates without being described. */
const isBuiltInDate = (id: number) =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

/** Does a format show dates or times? Quoted text, colours and conditions do not count. */
export function kindOfFormat(id: number, code: string | undefined): NumberKind {
  if (code === undefined) return isBuiltInDate(id) ? "date" : "number";
  const [positive = ""] = code
    .replace(/"[^"]*"|\\.|_.|\*./g, "")
    .replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, "")
    .split(";");
  return /[ymdhs]/i.test(positive.replace(/general/i, "")) ? "date" : "number";
}

/**
 * A number as it is, not as it is shown: `79001234567` of `7.9001234567E10`; what arithmetic left
 * in the sixteenth digit is not its own.
 */
export function numberText(text: string): string {
  if (/^-?\d{1,15}$/.test(text)) return text;
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number)) return text;
  return String(Number(number.toPrecision(15)));
}

const DAY_MS = 86_400_000;

/**
 * A serial number of days as ISO: a date, a date with its time, or a time alone. The zone is
 * nobody's.
 */
export function dateText(text: string, isFrom1904: boolean): string {
  const serial = Number(text);
  if (text.trim() === "" || !Number.isFinite(serial) || serial < 0 || serial > 2_958_466)
    return numberText(text);
  // The format has a 29 February 1900, so that it counts one day too many from then on.
  const days = isFrom1904 ? serial + 1_462 : serial < 60 ? serial + 1 : serial;
  const iso = new Date(Date.UTC(1899, 11, 30) + Math.round((days * DAY_MS) / 1_000) * 1_000).toISOString();
  if (serial < 1) return iso.slice(11, 19);
  return iso.endsWith("T00:00:00.000Z") ? iso.slice(0, 10) : iso.slice(0, 19);
}

/** The index of a column of `BC12`: 54; -1 for what is none. */
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

/** `_x000D_` is how the format writes what XML cannot hold. Half a character is none. */
export const unescapeText = (text: string): string =>
  text.includes("_x")
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => {
        const code = Number.parseInt(hex, 16);
        return code >= 0xd800 && code < 0xe000 ? "\ufffd" : String.fromCharCode(code);
      })
    : text;

/**
 * A workbook's texts, each stored once: as bytes, for a million of them as objects would be five
 * times as large.
 */
export class SharedTexts {
  private bytes = Buffer.alloc(65_536);
  private used = 0;
  private ends = new Uint32Array(1_024);
  private count = 0;

  constructor(private readonly bytesMax: number) {}

  /** @returns false when there is no room for it */
  add(text: string): boolean {
    // So much of a text that is too long that it still is.
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
