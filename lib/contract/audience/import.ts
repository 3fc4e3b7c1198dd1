import { z } from "zod";
import { cleanText } from "@/lib/contract/text";

/** Why an import failed, with the line of the file where that shows. */
const importErrorSchema = z.object({ code: z.string(), line: z.int().nullable() });

/** created + updated + rejected = rows, at every moment. A number that a file has twice is created (or updated) by its first row and updated by the next. */
export const importSchema = z.object({
  id: z.uuid(),
  status: z.enum(["running", "completed", "failed"]),
  rows: z.int(),
  created: z.int(),
  updated: z.int(),
  rejected: z.int(),
  /** What the file was called; null when nobody said. */
  file_name: z.string().nullable(),
  created_at: z.iso.datetime(),
  finished_at: z.iso.datetime().nullable(),
  error: importErrorSchema.nullable(),
});
export type Import = z.output<typeof importSchema>;

export const importStartQuerySchema = z.strictObject({
  /** What the file is called, to be found in the history. */
  file_name: cleanText(200).optional(),
});
