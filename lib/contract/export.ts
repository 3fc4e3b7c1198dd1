import { z } from "zod";

/** What separates the columns of a CSV file. Spreadsheets in Russian expect semicolons. */
export const separators = { comma: ",", semicolon: ";", tab: "\t" } as const;

/** How a table is written: CSV with commas when nothing is named. */
export const exportFormat = {
  format: z.enum(["csv", "xlsx"], { error: "export_format" }).optional(),
  separator: z.enum(["comma", "semicolon", "tab"], { error: "separator" }).optional(),
};
export type ExportFormat = z.output<z.ZodObject<typeof exportFormat>>;

/** A workbook is made as a whole; beyond so many rows it is CSV. */
export const workbookRowsMax = 100_000;
