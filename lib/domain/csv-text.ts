/** What is not self-evident about a CSV file: its encoding, its delimiter, and which cells a spreadsheet would run as formulas. */

/** Decodes a file chunk by chunk. A character split over two chunks comes whole with the second. */
export interface CsvDecoder {
  write(bytes: Uint8Array): string;
  end(): string;
}

/** The file is something else than text in one of the two encodings: UTF-16, or a zip (which is what an .xlsx is). */
export class NotCsvError extends Error {}

/**
 * UTF-8 (with or without BOM) or Windows-1251: the first chunk with a byte beyond ASCII decides, since every Russian text in Windows-1251
 * is broken UTF-8. Later broken UTF-8 becomes U+FFFD, to be refused row by row.
 */
export function csvDecoder(): CsvDecoder {
  let decoder: TextDecoder | null = null;
  let first = true;
  /** Bytes from the first one beyond ASCII on, while they are too few to hold a whole character. */
  let held: Uint8Array = new Uint8Array(0);

  const decide = (bytes: Uint8Array, more: boolean): TextDecoder => {
    const byBom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    return new TextDecoder(byBom || looksLikeUtf8(bytes, more) ? "utf-8" : "windows-1251");
  };
  return {
    write(bytes) {
      if (first && bytes.length > 0) {
        first = false;
        refuseOtherFormats(bytes);
      }
      if (decoder) return decoder.decode(bytes, { stream: true });
      const open = held.length > 0 ? Buffer.concat([held, bytes]) : bytes;
      const start = open.findIndex((byte) => byte > 0x7f);
      const beyond = start < 0 ? open.subarray(0, 0) : open.subarray(start);
      // ASCII is the same in both encodings: it goes out as it is, and the question stays open.
      const ascii = Buffer.from(start < 0 ? open : open.subarray(0, start)).toString("latin1");
      if (beyond.length < 4) {
        held = Buffer.from(beyond);
        return ascii;
      }
      decoder = decide(beyond, true);
      return ascii + decoder.decode(beyond, { stream: true });
    },
    end() {
      if (decoder) return decoder.decode();
      return held.length > 0 ? decide(held, false).decode(held) : "";
    },
  };
}

function looksLikeUtf8(bytes: Uint8Array, more: boolean): boolean {
  try {
    // `stream` forgives a character that the end of the chunk cuts.
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: more });
    return true;
  } catch {
    return false;
  }
}

function refuseOtherFormats(bytes: Uint8Array): void {
  const [a, b, c, d] = bytes;
  const utf16 = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  const zip = a === 0x50 && b === 0x4b && c === 3 && d === 4;
  if (utf16 || zip || bytes.subarray(0, 1024).includes(0)) throw new NotCsvError();
}

/** The delimiter is the one of comma and semicolon that the header has more of, outside quotes. */
export function detectDelimiter(header: string): "," | ";" {
  const bare = header.replace(/"(?:[^"]|"")*"/g, "");
  return bare.split(";").length > bare.split(",").length ? ";" : ",";
}

const formula = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const guardedFormula = /^'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** A cell as written to CSV: what a spreadsheet would run as a formula gets an apostrophe before it. {@link unguardCell} is its inverse. */
export function csvCell(value: string): string {
  const safe = formula.test(value) ? `'${value}` : value;
  return /[",;\r\n\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvRow(values: readonly string[], separator = ","): string {
  return `${values.map(csvCell).join(separator)}\r\n`;
}

/** Takes away the apostrophe that {@link csvCell} put before a formula, so that an exported file imports as it was. */
export function unguardCell(value: string): string {
  return value.charCodeAt(0) === 39 && guardedFormula.test(value) ? value.slice(1) : value;
}
