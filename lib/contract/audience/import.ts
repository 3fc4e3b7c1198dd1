import { z } from "zod";
import { cleanText, storableText } from "@/lib/contract/text";

/** Why an import failed, with the line of the file where that shows. */
const importErrorSchema = z.object({ code: z.string(), line: z.int().nullable() });

/** What is wrong with a row, or was passed over in it. */
const rowProblemSchema = z.object({
  code: z.string(),
  /** In the reader's language: what is wrong, and what to do. */
  detail: z.string(),
  /** As the header calls it; null where the row is meant as a whole. */
  column: z.string().nullable(),
  value: z.string().nullable(),
});
const rowProblemsSchema = z.object({ line: z.int(), problems: z.array(rowProblemSchema) });
const countSchema = z.object({ name: z.string(), count: z.int() });

/** What a file turned out to be. */
export const importFileSchema = z.object({
  format: z.enum(["csv", "xlsx"]),
  /** Null for a workbook. */
  encoding: z.string().nullable(),
  /** False: say the encoding before the import is applied. */
  is_encoding_sure: z.boolean(),
  encodings: z.array(
    z.object({ encoding: z.string(), confidence: z.number(), samples: z.array(z.string()) }),
  ),
  delimiter: z.string().nullable(),
  sheet: z.string().nullable(),
  sheets: z.array(z.string()),
  columns: z.array(z.object({ name: z.string(), meaning: z.string() })),
  /**
   * The first row of the file, and those after it, as they are. Empty for those who may not see
   * people.
   */
  first_row: z.array(z.string()),
  sample_rows: z.array(z.array(z.string())),
  /** What is wrong with the columns. */
  faults: z.array(z.object({ code: z.string(), detail: z.string() })),
  /** Whose national numbers the file has, and how many are written so. */
  country: z.string(),
  national: z.object({
    count: z.int(),
    samples: z.array(z.object({ line: z.int(), value: z.string(), phone: z.string() })),
  }),
  operators: z.array(countSchema),
  timezones: z.array(countSchema),
  /** Tags that the import makes, the first 50. */
  new_tags: z.array(z.string()),
  /** How many rows are rejected, and taken in spite of something, by code. */
  errors: z.array(z.object({ code: z.string(), detail: z.string(), count: z.int() })),
  warnings: z.array(z.object({ code: z.string(), detail: z.string(), count: z.int() })),
});
export type ImportFile = z.output<typeof importFileSchema>;

const personSchema = z.object({
  operator: z.string().nullable(),
  timezone: z.string().nullable(),
  tags: z.array(z.string()),
  attributes: z.record(z.string(), z.string()),
  opted_out: z.boolean(),
});

/** What applying it would do. */
export const importReviewSchema = z.object({
  to_create: z.int(),
  to_update: z.int(),
  to_merge: z.int(),
  to_reject: z.int(),
  to_opt_out: z.int(),
  changes: z.array(z.object({ line: z.int(), phone: z.string(), before: personSchema, after: personSchema })),
  rejected: z.array(rowProblemsSchema),
  warned: z.array(rowProblemsSchema),
});
export type ImportReview = z.output<typeof importReviewSchema>;

export const importSchema = z.object({
  id: z.uuid(),
  status: z.enum(["running", "reviewed", "completed", "failed", "undone"]),
  /** Of a running one. `waiting`: others are worked on. */
  stage: z.enum(["receiving", "waiting", "reading", "applying", "undoing"]).nullable(),
  kind: z.enum(["recipients", "opt_outs"]),
  mode: z.enum(["add", "replace"]),
  /** created + updated + merged + rejected = rows, when it is completed. */
  rows: z.int(),
  created: z.int(),
  updated: z.int(),
  /** Of those updated: nothing about them changed. */
  unchanged: z.int(),
  /** Rows of a number that an earlier row has already: tags and attributes are united. */
  merged: z.int(),
  rejected: z.int(),
  warned: z.int(),
  /** People who could be written to before. */
  opted_out: z.int(),
  undone: z.int(),
  /** Left as they are by the undoing: written to or changed since. */
  kept: z.int(),
  /** What the file was called; null when nobody said. */
  file_name: z.string().nullable(),
  file: importFileSchema.nullable(),
  /** Of a reviewed one, where it is read by itself. */
  review: importReviewSchema.nullable(),
  /** Nothing of it was applied, and nobody works on it: DELETE forgets it. */
  discardable: z.boolean(),
  /** Until when it can be undone. */
  undo_until: z.iso.datetime().nullable(),
  created_at: z.iso.datetime(),
  finished_at: z.iso.datetime().nullable(),
  error: importErrorSchema.nullable(),
});
export type Import = z.output<typeof importSchema>;

const flag = z.enum(["true", "false"]).transform((text) => text === "true");

export const importStartQuerySchema = z.strictObject({
  /** What the file is called, to be found in the history. */
  file_name: cleanText(200).optional(),
  /** Reads the file and says what would come of it; nothing is applied before `POST …/apply/`. */
  dry_run: flag.default(false),
  /**
   * `opt_outs`: the file is a list of numbers that must not be written to; with a column of
   * opt-outs, only those that it says so of.
   */
  kind: z.enum(["recipients", "opt_outs"], { error: "import_kind" }).default("recipients"),
  /**
   * `add`: tags are added, named attributes set, blank cells leave alone. `replace`: tags and
   * attributes become the row's.
   */
  mode: z.enum(["add", "replace"], { error: "import_mode" }).default("add"),
  /** Whose national numbers the file has, as ISO 3166-1: `RU`. Left out: the installation's. */
  country: z
    .string()
    .regex(/^[A-Za-z]{2}$/, "unknown_country")
    .transform((text) => text.toUpperCase())
    .optional(),
  encoding: cleanText(40).optional(),
  delimiter: z.enum([",", ";", "tab", "|"], { error: "unknown_delimiter" }).optional(),
  sheet: cleanText(100).optional(),
  /** A bad time zone or tag rejects its row; otherwise it is left out, and counted as a warning. */
  strict: flag.default(false),
  /**
   * What the columns are called instead of what the header says, as a JSON list; `-` is not read.
   */
  columns: cleanText(1_200).optional(),
  /** The first row is somebody's; needs `columns`. */
  headerless: flag.default(false),
});
/** @returns null for what is no list of names */
export function readColumnNames(text: string): string[] | null {
  try {
    return z
      .array(storableText({ max: 200 }))
      .max(1_000)
      .parse(JSON.parse(text));
  } catch {
    return null;
  }
}
export type ImportStartQuery = z.output<typeof importStartQuerySchema>;

/** How a file is to be read and applied, as it is kept with its import. */
export const importOptionsSchema = z.object({
  dry_run: z.boolean(),
  kind: z.enum(["recipients", "opt_outs"]),
  mode: z.enum(["add", "replace"]),
  country: z.string(),
  encoding: z.string().optional(),
  delimiter: z.string().optional(),
  sheet: z.string().optional(),
  strict: z.boolean(),
  columns: z.array(z.string()).optional(),
  headerless: z.boolean(),
});
export type ImportOptions = z.output<typeof importOptionsSchema>;
