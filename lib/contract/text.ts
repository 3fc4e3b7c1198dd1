import { z } from "zod";
import { IGNORABLE, isBlank } from "@/lib/domain/text/unseen";

/**
 * Control characters, NUL among them, and lone surrogates: nothing a name should have, and some of
 * it nothing Postgres can keep.
 */
const UNCLEAN = "\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff";
/**
 * The same without what breaks and indents lines: those are all of the control characters that a
 * phone shows.
 */
const UNPRINTABLE = "\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\ud800-\\udfff";

const without = (excluded: string) => new RegExp(`^[^${excluded}]*$`, "u");
/**
 * Not blank, either. So written that no text takes long: all that comes before the first visible
 * character is white or invisible.
 */
const visibleWithout = (excluded: string) =>
  new RegExp(`^([^\\S${excluded}]|[${IGNORABLE}])*[^\\s${IGNORABLE}${excluded}][^${excluded}]*$`, "u");
const clean = without(UNCLEAN);

export const isCleanText = (text: string): boolean => clean.test(text);

/** Characters as JSON Schema counts them: JavaScript counts some twice. */
const lengthOf = (text: string): number => [...text].length;

interface Rules {
  max: number;
  min?: number;
  /** What a text must match, and the code of what is wrong with one that does not. */
  pattern?: RegExp;
  wrong?: (text: string) => string;
  tooLong?: string;
  tooShort?: string;
}

/**
 * A text by rules that its JSON Schema tells, too, so that the documents allow what is accepted.
 */
export function textBy({
  max,
  min = 0,
  pattern,
  wrong = () => "characters",
  tooLong = "too_long",
  tooShort = "empty",
}: Rules) {
  let text = z.string({ error: (issue) => (issue.input === undefined ? "required" : "string") });
  if (pattern) text = text.regex(pattern, { error: ({ input }) => wrong(String(input)) });
  if (min > 0) text = text.refine((given) => lengthOf(given) >= min, tooShort);
  return text
    .refine((given) => lengthOf(given) <= max, tooLong)
    .meta({ ...(min > 0 && { minLength: min }), maxLength: max });
}

/** No control characters. */
export const cleanText = (max: number, { min = 0 } = {}) => textBy({ max, min, pattern: clean });

/** The same, with something visible at both ends. */
export const trimmedText = ({ max, code }: { max: number; code: string }) =>
  textBy({
    max,
    pattern: new RegExp(`^[^\\s${UNCLEAN}]([^${UNCLEAN}]*[^\\s${UNCLEAN}])?$`, "u"),
    wrong: () => code,
    tooLong: code,
  });

/** All that Postgres can keep. */
export const storableText = (rules: Pick<Rules, "max" | "tooLong">) =>
  textBy({ ...rules, pattern: without("\\u0000\\ud800-\\udfff") });

/** The same, not blank, and without some other characters, which have a code of their own. */
export function lineText(max: number, { excluded = "", code = "characters" } = {}) {
  const wrong = (text: string) => (!isCleanText(text) ? "characters" : isBlank(text) ? "empty" : code);
  return textBy({ max, pattern: visibleWithout(UNCLEAN + excluded), wrong });
}

/** With line breaks. */
export const printableText = (max: number) => textBy({ max, pattern: without(UNPRINTABLE) });

/** The same, and not blank. */
export const messageText = (max: number) =>
  textBy({
    max,
    pattern: visibleWithout(UNPRINTABLE),
    wrong: (text) => (isBlank(text) ? "blank" : "characters"),
    tooLong: "message_too_long",
  });

/** A text that does not match; its JSON Schema says so. */
export const butNot = (schema: z.ZodString, pattern: RegExp, code: string) =>
  schema.refine((text) => !pattern.test(text), code).meta({ not: { pattern: pattern.source } });
