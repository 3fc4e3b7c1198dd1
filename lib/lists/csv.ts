/** Why we reject a line. */
export type LineProblem = "quote_open" | "quote_inside" | "line_too_long";

export interface RawRow {
  /** The line on which the row begins, counted from 1. */
  line: number;
  /** The cells. A damaged line is split at its delimiters and keeps its quotes. */
  cells: string[];
  problem: LineProblem | null;
}

/** We look this many lines ahead for a closing quote, and then call the quote damaged. */
export const QUOTED_LINES_MAX = 100;
/** The most characters of a row, and of a line. */
export const ROW_LENGTH_MAX = 1_048_576;
/** We keep this many characters of a damaged line, to show it. */
const KEPT_OF_LONG_LINE = 8_192;

const [LF, CR, SPACE, QUOTE, EQUALS] = [10, 13, 32, 34, 61];

/**
 * Splits delimited text into rows, and can go back. When a quote is never closed, or stands in the
 * middle of a cell, the splitter rejects the line on which the row begins and reads what follows as
 * new lines. The parsers on npm cannot do this: they lose the rest of the file, or read it as one
 * cell. CR, LF and CRLF all end a line.
 */
export class RowSplitter {
  private text = "";
  private at = 0;
  private line = 1;
  private isLast = false;
  /** The line was too long: we skip the rest of it. */
  private isSkipping = false;
  private readonly delimiter: number;

  /**
   * @param looksLikeRow tells whether a line within a quoted cell is a row of its own; then the
   *   quote is damaged
   */
  constructor(
    delimiter: string,
    public looksLikeRow: (line: string) => boolean = () => false,
  ) {
    this.delimiter = delimiter.charCodeAt(0);
  }

  /** Feed large pieces: the splitter reads a row that is cut off again from its beginning. */
  feed(text: string): void {
    this.text = this.text.slice(this.at) + text;
    this.at = 0;
  }

  /** The file ends with the text that was fed. */
  end(): void {
    this.isLast = true;
  }

  /** @returns null when the splitter needs more text, and after the last row */
  next(): RawRow | null {
    if (this.isSkipping) this.skipLine();
    return this.isSkipping || this.at >= this.text.length ? null : this.readRow();
  }

  private readRow(): RawRow | null {
    const { text, delimiter } = this;
    const end = text.length;
    const cells: string[] = [];
    let cell = this.at;
    for (let i = cell; i < end; i++) {
      const code = text.charCodeAt(i);
      if (code === delimiter) {
        cells.push(text.slice(cell, i));
        cell = i + 1;
      } else if (code === LF || code === CR) {
        if (this.isHalfBreak(i)) return this.wait();
        cells.push(text.slice(cell, i));
        return this.finish(cells, i);
      } else if (code === QUOTE) return this.readQuotedRow(cells, cell, i);
    }
    if (!this.isLast) return this.wait();
    cells.push(text.slice(cell));
    return this.finish(cells, end);
  }

  /**
   * Reads on from the first quote of a row.
   * @param cell where the cell with the quote begins
   */
  private readQuotedRow(cells: string[], cell: number, quote: number): RawRow | null {
    const { text, delimiter, isLast } = this;
    const end = text.length;
    let lines = 0;
    for (;;) {
      const begin = this.behindBlanks(cell);
      // Programs write `="79001234567"` so that spreadsheets keep all the digits.
      const isFormula = begin + 1 === quote && text.charCodeAt(begin) === EQUALS;
      if (begin !== quote && !isFormula) return this.reject("quote_inside");

      let close = quote + 1;
      for (; ; close++) {
        if (close >= end) return isLast ? this.reject("quote_open") : this.wait("quote_open");
        const code = text.charCodeAt(close);
        if (code === QUOTE) {
          if (isFormula || text.charCodeAt(close + 1) !== QUOTE) break;
          close++;
        } else if (code === LF || code === CR) {
          if (isFormula) return this.reject("quote_inside");
          if (this.isHalfBreak(close)) return this.wait("quote_open");
          if (code === CR && text.charCodeAt(close + 1) === LF) close++;
          if (++lines >= QUOTED_LINES_MAX) return this.reject("quote_open");
        }
      }
      let i = this.behindBlanks(close + 1);
      if (i >= end && !isLast) return this.wait("quote_open");
      const behind = i < end ? text.charCodeAt(i) : LF;
      if (behind !== delimiter && behind !== LF && behind !== CR)
        return this.reject(lines > 0 ? "quote_open" : "quote_inside");
      const value = isFormula ? text.slice(begin, close + 1) : text.slice(quote + 1, close);
      cells.push(isFormula || !value.includes('""') ? value : value.replaceAll('""', '"'));

      // Now the cells before the next quote.
      while (i < end && text.charCodeAt(i) === delimiter) {
        cell = i + 1;
        for (i = cell; i < end; i++) {
          const code = text.charCodeAt(i);
          if (code === delimiter || code === LF || code === CR || code === QUOTE) break;
        }
        if (i < end && text.charCodeAt(i) === QUOTE) break;
        cells.push(text.slice(cell, i));
      }
      if (i >= end && !isLast) return this.wait("quote_open");
      if (i < end && text.charCodeAt(i) === QUOTE) {
        quote = i;
        continue;
      }
      if (this.isHalfBreak(i)) return this.wait("quote_open");
      if (lines > 0 && this.hasSwallowed(i)) return this.reject("quote_open");
      return this.finish(cells, i, lines);
    }
  }

  /** Did a quoted cell of the row that ends at `end` swallow a line that is a row of its own? */
  private hasSwallowed(end: number): boolean {
    const [, ...lines] = this.text.slice(this.at, end).split(/\r\n|\n|\r/);
    return lines.some((line) => this.looksLikeRow(line));
  }

  /** Returns the row that ends at `end`, which is a line break or the end of the file. */
  private finish(cells: string[], end: number, lines = 0): RawRow | null {
    if (end - this.at > ROW_LENGTH_MAX) return this.reject(lines > 0 ? "quote_open" : "line_too_long");
    const row = { line: this.line, cells, problem: null };
    this.line += lines + 1;
    this.at = this.behindBreak(end);
    return row;
  }

  /** Waits for more text. Rejects a row that is already too long. */
  private wait(problem: LineProblem = "line_too_long"): RawRow | null {
    return this.text.length - this.at > ROW_LENGTH_MAX ? this.reject(problem) : null;
  }

  /** Rejects the line on which the row begins. The next row begins after that line. */
  private reject(problem: LineProblem): RawRow | null {
    const { text, at } = this;
    let end = at;
    while (end < text.length && text.charCodeAt(end) !== LF && text.charCodeAt(end) !== CR) end++;
    const isOpen = !this.isLast && (end >= text.length || this.isHalfBreak(end));
    const isLong = end - at > ROW_LENGTH_MAX;
    if (isOpen && !isLong) return null;
    const delimiter = String.fromCharCode(this.delimiter);
    const cells = text.slice(at, Math.min(end, at + KEPT_OF_LONG_LINE)).split(delimiter);
    this.isSkipping = isOpen;
    this.at = isOpen ? end : this.behindBreak(end);
    return { line: this.line++, cells, problem: isLong ? "line_too_long" : problem };
  }

  private skipLine(): void {
    const { text } = this;
    let { at } = this;
    while (at < text.length && text.charCodeAt(at) !== LF && text.charCodeAt(at) !== CR) at++;
    this.at = at;
    if (at >= text.length || this.isHalfBreak(at)) return;
    this.isSkipping = false;
    this.at = this.behindBreak(at);
  }

  /** The text ends with CR: the next piece may begin with its LF. */
  private isHalfBreak(at: number): boolean {
    return !this.isLast && at + 1 === this.text.length && this.text.charCodeAt(at) === CR;
  }

  private behindBreak(at: number): number {
    return this.text.charCodeAt(at) === CR && this.text.charCodeAt(at + 1) === LF ? at + 2 : at + 1;
  }

  private behindBlanks(from: number): number {
    let at = from;
    while (this.text.charCodeAt(at) === SPACE) at++;
    return at;
  }
}
