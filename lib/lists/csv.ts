/** Why a line is no row. */
export type LineProblem = "quote_open" | "quote_inside" | "line_too_long";

/** A row as the file has it. */
export interface RawRow {
  /** The line it begins on; the first line is 1. */
  line: number;
  /** Of a damaged line: what stands between its delimiters, with its quotes. */
  cells: string[];
  problem: LineProblem | null;
}

/** A quote that is not closed within so many lines never is. */
export const QUOTED_LINES_MAX = 100;
/** Characters of a row, and of a line. */
export const ROW_LENGTH_MAX = 1_048_576;
/** Characters of a damaged line, to be shown. */
const KEPT_OF_LONG_LINE = 8_192;

const [LF, CR, SPACE, QUOTE, EQUALS] = [10, 13, 32, 34, 61];

/**
 * Splits delimited text into rows, and can go back: a quote that is closed nowhere, or in the
 * middle of a cell, rejects the line that the row begins on, and what comes after that line is read
 * as lines. No parser among the packages does so; they lose all that follows, or take it for one
 * cell. Any of CR, LF and CRLF ends a line.
 */
export class RowSplitter {
  private text = "";
  private at = 0;
  private line = 1;
  private isLast = false;
  /** The rest of a line that was too long is still to come. */
  private isSkipping = false;
  private readonly delimiter: number;

  /**
   * @param looksLikeRow tells whether a line within a quoted cell is a row of its own: its quote is
   *   damage then
   */
  constructor(
    delimiter: string,
    public looksLikeRow: (line: string) => boolean = () => false,
  ) {
    this.delimiter = delimiter.charCodeAt(0);
  }

  /**
   * Large pieces are best: a row that does not end in what is there is read again with the next
   * piece.
   */
  feed(text: string): void {
    this.text = this.text.slice(this.at) + text;
    this.at = 0;
  }

  /** What was fed is all. */
  end(): void {
    this.isLast = true;
  }

  /** @returns null when more must be fed first, and behind the last row */
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
   * Goes on with a row at its first quote.
   * @param cell where the cell begins in which the quote stands
   */
  private readQuotedRow(cells: string[], cell: number, quote: number): RawRow | null {
    const { text, delimiter, isLast } = this;
    const end = text.length;
    let lines = 0;
    for (;;) {
      const begin = this.behindBlanks(cell);
      // `="79001234567"` is what spreadsheets are given so that they keep the digits.
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

      // The cells up to the next quote.
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

  /** Is one of the lines after the first, of a row that ends at `end`, a row of its own? */
  private hasSwallowed(end: number): boolean {
    const [, ...lines] = this.text.slice(this.at, end).split(/\r\n|\n|\r/);
    return lines.some((line) => this.looksLikeRow(line));
  }

  /** A row that ends at `end`, where there is a line break or nothing more. */
  private finish(cells: string[], end: number, lines = 0): RawRow | null {
    if (end - this.at > ROW_LENGTH_MAX) return this.reject(lines > 0 ? "quote_open" : "line_too_long");
    const row = { line: this.line, cells, problem: null };
    this.line += lines + 1;
    this.at = this.behindBreak(end);
    return row;
  }

  /** More must come before the row can be read. Where it is too long already, it is refused. */
  private wait(problem: LineProblem = "line_too_long"): RawRow | null {
    return this.text.length - this.at > ROW_LENGTH_MAX ? this.reject(problem) : null;
  }

  /** Rejects the line that the row begins on: the next row begins behind it. */
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

  /** A CR at the end of what is there: a LF may follow. */
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
