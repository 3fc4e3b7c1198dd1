import { z } from "zod";
import { pageQuerySchema } from "@/lib/contract/page";
import { phoneSchema } from "@/lib/contract/phone";
import { cleanText } from "@/lib/contract/text";

/** Numbers of one operator, both ends among them. */
export const numberRangeSchema = z.object({
  from: z.string(),
  to: z.string(),
  /** Its code. */
  operator: z.string(),
  region: z.string().nullable(),
  /** What somebody new gets of whom nothing else is known. */
  timezone: z.string().nullable(),
});
export type NumberRange = z.output<typeof numberRangeSchema>;

/** `phone`: the range that this number is in, alone. */
export const numberRangeListQuerySchema = pageQuerySchema.extend({ phone: phoneSchema.optional() });
export type NumberRangeListQuery = z.output<typeof numberRangeListQuerySchema>;

const flag = z.enum(["true", "false"]).transform((text) => text === "true");

export const rangeRemovalQuerySchema = z.strictObject({
  /** Says what would come of it; nothing is applied before `POST …/apply/`. */
  dry_run: flag.default(false),
  /**
   * Moves people as well of whom it is not known where their operator comes from: a version of
   * Carillon added them that did not keep it.
   */
  take_unknown: flag.default(false),
});
export type RangeRemovalQuery = z.output<typeof rangeRemovalQuerySchema>;

export const rangeLoadQuerySchema = rangeRemovalQuerySchema.extend({
  /** What the file is called, to be found again. */
  file_name: cleanText(200).optional(),
  encoding: cleanText(40).optional(),
  delimiter: z.enum([",", ";", "tab", "|"], { error: "unknown_delimiter" }).optional(),
  /**
   * Which operators the names of the file mean, as a JSON map of names to codes. Other names are
   * looked for among codes and names of operators.
   */
  operators: cleanText(500).optional(),
  /** Leaves out the ranges whose operator's name means none of ours. */
  skip_unknown: flag.default(false),
});
export type RangeLoadQuery = z.output<typeof rangeLoadQuerySchema>;

/** @returns null for what is no map of names to codes */
export function readOperatorNames(text: string): Record<string, string> | null {
  try {
    return z.record(z.string().max(200), z.string().max(64)).parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** How a file is to be read and applied, as it is kept with its load. */
export const rangeLoadOptionsSchema = z.object({
  is_removal: z.boolean().default(false),
  take_unknown: z.boolean().default(false),
  encoding: z.string().optional(),
  delimiter: z.string().optional(),
  operators: z.record(z.string(), z.string()).default({}),
  skip_unknown: z.boolean().default(false),
});
export type RangeLoadOptions = z.output<typeof rangeLoadOptionsSchema>;

const problemSchema = z.object({
  line: z.int(),
  code: z.string(),
  /** In the reader's language: what is wrong, and what to do. */
  detail: z.string(),
  column: z.string().nullable(),
  value: z.string(),
});

const fileSchema = z.object({
  format: z.enum(["csv", "xlsx"]),
  /** Null for a workbook. */
  encoding: z.string().nullable(),
  /** False: say the encoding before the ranges are applied. */
  is_encoding_sure: z.boolean(),
  encodings: z.array(
    z.object({ encoding: z.string(), confidence: z.number(), samples: z.array(z.string()) }),
  ),
  delimiter: z.string().nullable(),
  columns: z.array(z.object({ name: z.string(), meaning: z.string() })),
  faults: z.array(z.object({ code: z.string(), detail: z.string() })),
  /** Whom the names of the file mean. */
  operators: z.array(z.object({ name: z.string(), operator: z.string(), ranges: z.int() })),
  /** Names that mean no operator of ours. */
  unknown_operators: z.array(z.object({ name: z.string(), ranges: z.int() })),
  /** How many lines are wrong, by code, and the first of them. */
  errors: z.array(z.object({ code: z.string(), detail: z.string(), count: z.int() })),
  problems: z.array(problemSchema),
});

/** What applying would change about recipients. */
const reviewSchema = z.object({
  /** How many change operator, of their codes. */
  moves: z.array(z.object({ from: z.string(), to: z.string(), count: z.int() })),
  /** How many change operator in all. */
  to_move: z.int(),
  /** How many get a time zone who have none. */
  to_zone: z.int(),
  /** They stay with the operator that somebody named. */
  named: z.int(),
  /** Of them it is not known where their operator comes from. */
  unknown: z.int(),
  /** False: there was no time to look at everybody; the figures are of this share. */
  is_whole: z.boolean(),
  share: z.number(),
});

export const rangeLoadSchema = z.object({
  id: z.uuid(),
  /** `reviewed`: it waits for somebody to apply it. */
  status: z.enum(["running", "reviewed", "completed", "failed"]),
  /** Of a running one. `waiting`: others are worked on. */
  stage: z.enum(["receiving", "waiting", "reading", "applying"]).nullable(),
  kind: z.enum(["load", "removal"]),
  /** These ranges hold now. */
  is_current: z.boolean(),
  /** Why a reviewed one cannot be applied. */
  obstacle: z.object({ code: z.string(), detail: z.string() }).nullable(),
  ranges: z.int(),
  /** Ranges of the file that were left out, because their operator is none of ours. */
  left_out: z.int(),
  /** So far. */
  moved: z.int(),
  zoned: z.int(),
  /** Of applying: from 0 to 1. */
  progress: z.number(),
  file_name: z.string().nullable(),
  actor: z.string(),
  file: fileSchema.nullable(),
  review: reviewSchema.nullable(),
  created_at: z.iso.datetime(),
  finished_at: z.iso.datetime().nullable(),
  error: z.object({ code: z.string(), detail: z.string() }).nullable(),
});
export type RangeLoad = z.output<typeof rangeLoadSchema>;
