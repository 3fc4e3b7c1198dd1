import { listAttributeNames, unknownAttributeNames } from "@/db/audience/attribute-names";
import type { Sql, Tx } from "@/db/client";
import type { FieldError } from "@/lib/domain/errors";
import {
  hasPlaceholders,
  isPlaceholderName,
  type PersonalText,
  readPersonalText,
} from "@/lib/domain/text/personal-text";
import { segmentCount } from "@/lib/domain/text/segments";

/** So many names are told to whoever has written one that nobody has. */
const TOLD_MAX = 50;
/** Some of those that there are have white space, and cannot be written. */
const LISTED_MAX = 500;

/** What a text of an error shows, in every language. */
export const syntax = { example: "{{name|fallback}}", escaped: "\\{{" };

export interface CheckedText {
  errors: FieldError[];
  /** null: it has no placeholders, or they are wrong. */
  read: PersonalText | null;
}

/**
 * Reads the placeholders of a dispatch's text, and asks whether anybody has what they name.
 * @param literal a text that goes out as it stands, whatever braces it has: that of a dispatch from
 *   before there were placeholders
 * @param segmentsMax what `max_segments` says
 */
export async function checkText(
  sql: Sql | Tx,
  text: string | null,
  literal: string | null,
  segmentsMax: number | null = null,
): Promise<CheckedText> {
  if (text === null) return { errors: [], read: null };
  const wrong = (code: string, params: FieldError["params"] = {}): FieldError => ({
    ...{ pointer: "/message_text", code, params },
  });
  if (text === literal || !hasPlaceholders(text)) {
    const isTooLong = segmentsMax !== null && segmentCount(text) > segmentsMax;
    return { errors: isTooLong ? [wrong("too_many_segments", { max: segmentsMax })] : [], read: null };
  }
  const read = readPersonalText(text);
  if ("wrong" in read)
    return { errors: [wrong("placeholder", { value: read.wrong, ...syntax })], read: null };
  const unknown = await unknownAttributeNames(sql, read.names);
  if (unknown.length === 0) return { errors: [], read };
  const known = (await listAttributeNames(sql, LISTED_MAX)).filter(isPlaceholderName).slice(0, TOLD_MAX);
  const names = known.join(", ") || "—";
  return { errors: unknown.map((value) => wrong("unknown_attribute", { value, names })), read: null };
}
