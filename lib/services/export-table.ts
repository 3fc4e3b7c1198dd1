import writeWorkbook from "write-excel-file/node";
import { type ExportFormat, separators, workbookRowsMax } from "@/lib/contract/export";
import { csvRow } from "@/lib/domain/audience/csv-text";

/** A file that is downloaded: its bytes, and what it is. */
export interface ExportedFile {
  body: ReadableStream<Uint8Array>;
  format: "csv" | "xlsx";
}

/**
 * Writes a table whose first column is a phone, pages of rows as the reader asks for them. A CSV
 * file is safe to open in a spreadsheet; its BOM makes spreadsheets read UTF-8. A workbook holds
 * the first {@link workbookRowsMax} rows.
 */
export function exportTable(
  header: string[],
  pages: AsyncGenerator<string[][]>,
  query: ExportFormat,
): ExportedFile {
  const { format = "csv", separator = "comma" } = query;
  return {
    format,
    body: format === "csv" ? csvFile(header, pages, separators[separator]) : workbook(header, pages),
  };
}

function csvFile(
  header: string[],
  pages: AsyncGenerator<string[][]>,
  separator: string,
): ReadableStream<Uint8Array> {
  // "+" and digits are a number to a spreadsheet, and harmless: phones are written as they are.
  const line = ([phone, ...cells]: string[]) => `${phone}${separator}${csvRow(cells, separator)}`;
  return new ReadableStream({
    start(controller) {
      controller.enqueue(Buffer.from(`\ufeff${csvRow(header, separator)}`));
    },
    async pull(controller) {
      const { value: rows, done } = await pages.next();
      if (done) controller.close();
      else controller.enqueue(Buffer.from(rows.map(line).join("")));
    },
    async cancel() {
      await pages.return(undefined);
    },
  });
}

function workbook(header: string[], pages: AsyncGenerator<string[][]>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const rows: string[][] = [];
      for await (const page of pages) {
        rows.push(...page);
        if (rows.length >= workbookRowsMax) break;
      }
      const cells = rows.slice(0, workbookRowsMax).map((row) => row.map((value) => value || null));
      const columns = header.map((_, index) => ({
        width: Math.max(10, ...[header, ...rows.slice(0, 100)].map((row) => row[index]!.length + 2)),
      }));
      const bold = header.map((value) => ({ value, fontWeight: "bold" as const }));
      controller.enqueue(await writeWorkbook([bold, ...cells], { columns, stickyRowsCount: 1 }).toBuffer());
      controller.close();
    },
  });
}
