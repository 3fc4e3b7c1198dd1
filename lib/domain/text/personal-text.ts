import { tidyName } from "@/lib/domain/audience/tidy-name";
import { lengthOf, messageTextMax, segmentCount } from "./segments";
import { isBlank, trimUnseen } from "./unseen";

/**
 * Personal texts. `{{name}}` stands for an attribute of the recipient; `{{name|fallback}}` stands
 * for the attribute or, if the recipient lacks it, the fallback; `\{{` is a literal `{{`. There is
 * no logic, and we never look for placeholders in the value of an attribute.
 */

/** A name: letters of any script, digits and underscores. */
const placeholder = /\{\{\s*([\p{L}\p{M}\p{Nd}_]+)\s*(?:\|([^{}]*))?\}\}/uy;
const opening = /\\?\{\{/g;

export type Piece = string | { name: string; fallback?: string };

/** A parsed text. */
export interface PersonalText {
  pieces: Piece[];
  /** The attributes that the text names, each once. */
  names: string[];
}

/** Does the text contain placeholders? A text without them goes out unchanged. */
export const hasPlaceholders = (text: string): boolean => text.includes("{{");

/** @returns `wrong`: the first `{{` that begins no placeholder, and what follows it */
export function readPersonalText(text: string): PersonalText | { wrong: string } {
  const pieces: Piece[] = [];
  const names = new Set<string>();
  let at = 0;
  opening.lastIndex = 0;
  for (let found = opening.exec(text); found; found = opening.exec(text)) {
    if (found.index > at) pieces.push(text.slice(at, found.index));
    if (found[0].startsWith("\\")) {
      pieces.push("{{");
      at = opening.lastIndex;
      continue;
    }
    placeholder.lastIndex = found.index;
    const read = placeholder.exec(text);
    if (!read) return { wrong: text.slice(found.index, found.index + WRONG_MAX) };
    const [, written, fallback] = read;
    const name = tidyName(written!);
    pieces.push(fallback === undefined ? { name } : { name, fallback });
    names.add(name);
    at = opening.lastIndex = placeholder.lastIndex;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return { pieces, names: [...names] };
}

/** How much of a wrong placeholder we show. */
const WRONG_MAX = 30;

export const textProblems = ["missing_value", "message_too_long", "too_many_segments"] as const;
/** Why a person gets no text. The skipped message stores it as its reason. */
export type TextProblem = (typeof textProblems)[number];

export type Rendered = { text: string; segments: number } | { problem: TextProblem };

/**
 * Makes the text of one person.
 * @param attributes the attributes of this person
 * @param segmentsMax a longer text goes to nobody; null: no limit
 */
export function renderText(
  { pieces }: PersonalText,
  attributes: Record<string, string | null>,
  segmentsMax: number | null,
): Rendered {
  let text = "";
  for (const piece of pieces) {
    if (typeof piece === "string") {
      text += piece;
      continue;
    }
    const value = saidOf(attributes, piece.name) || piece.fallback;
    if (value === undefined) return { problem: "missing_value" };
    text += value;
  }
  // The text has only placeholders, and all their fallbacks are blank.
  if (isBlank(text)) return { problem: "missing_value" };
  if (text.length > messageTextMax && lengthOf(text) > messageTextMax) return { problem: "message_too_long" };
  const segments = segmentCount(text);
  if (segmentsMax !== null && segments > segmentsMax) return { problem: "too_many_segments" };
  return { text, segments };
}

/** The part of the text that is the same for everybody. */
export const literalOf = ({ pieces }: PersonalText): string =>
  pieces.filter((piece) => typeof piece === "string").join("");

/** The attributes that the text needs, without a fallback, and this person lacks. */
export const lackedOf = ({ pieces }: PersonalText, attributes: Record<string, string | null>): string[] => [
  ...new Set(
    pieces.flatMap((piece) =>
      typeof piece === "string" || piece.fallback !== undefined || saidOf(attributes, piece.name)
        ? []
        : [piece.name],
    ),
  ),
];

/** Can a placeholder name this attribute? Some names contain white space. */
export const isPlaceholderName = (name: string): boolean => /^[\p{L}\p{M}\p{Nd}_]+$/u.test(name);

/**
 * The value of an attribute, without control characters and without what is white or invisible
 * around it; "" when it is missing.
 */
export function saidOf(attributes: Record<string, string | null>, name: string): string {
  const value = Object.hasOwn(attributes, name) ? attributes[name] : null;
  return trimUnseen(value?.replace(/\p{Cc}/gu, "") ?? "");
}
