import { columnNames } from "@/lib/domain/audience/list-columns";

const delimiters = [",", ";", "\t"];
/**
 * Spreadsheets write `sep=;` as the first line to name the delimiter. They may append more
 * delimiters.
 */
const sepLine = /^\s*"?sep=([^\w\s"\0]|\t)"?\1*[ \t]*(?:\r\n|\n|\r|$)/i;

/** @returns the delimiter that a first line `sep=…` names, and the length of that line */
export function readSepLine(text: string): { delimiter: string; length: number } | null {
  const found = sepLine.exec(text);
  return found && { delimiter: found[1]!, length: found[0].length };
}

/** Picks the delimiter that gives the header a column of phones, and then the most columns. */
export function detectDelimiter(header: string): string {
  const bare = header.replace(/"(?:[^"]|"")*"/g, (cell) => cell.replace(/[,;\t\r\n]/g, " "));
  const line = /^[^\r\n]*/.exec(bare)![0];
  const worth = (delimiter: string) => {
    const cells = line.split(delimiter).map((cell) => cell.replaceAll('"', "").trim());
    return (
      cells.length + (cells.length > 1 && cells.some((cell) => columnNames.phone.test(cell)) ? 1_000 : 0)
    );
  };
  return delimiters.reduce((best, delimiter) => (worth(delimiter) > worth(best) ? delimiter : best));
}
