import { lengthOf, messageTextMax, segmentCount } from "./segments";

/**
 * Texts that say to each person what is known of them: `{{name}}` stands for an attribute of the
 * recipient, `{{name|fallback}}` for that or, where there is none, the fallback; `\{{` is a literal
 * `{{`. No logic, and what an attribute says is never read again.
 */

/** A name: letters of any script, digits and underscores. */
const placeholder = /\{\{\s*([\p{L}\p{M}\p{Nd}_]+)\s*(?:\|([^{}]*))?\}\}/uy;
const opening = /\\?\{\{/g;

export type Piece = string | { name: string; fallback?: string };

/** A text with placeholders, read. */
export interface PersonalText {
  pieces: Piece[];
  /** The attributes that it names, each once. */
  names: string[];
}

/** Does the text have anything to be read? Any other goes out as it stands. */
export const hasPlaceholders = (text: string): boolean => text.includes("{{");

/** @returns `wrong`: where the first `{{` stands that begins no placeholder, and what follows it */
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
    const [, name, fallback] = read;
    pieces.push(fallback === undefined ? { name: name! } : { name: name!, fallback });
    names.add(name!);
    at = opening.lastIndex = placeholder.lastIndex;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return { pieces, names: [...names] };
}

/** So much of a text that cannot be read is shown. */
const WRONG_MAX = 30;

export const textProblems = ["missing_value", "message_too_long", "too_many_segments"] as const;
/** Why a person gets no text: it is the reason that the message is skipped by. */
export type TextProblem = (typeof textProblems)[number];

export type Rendered = { text: string; segments: number } | { problem: TextProblem };

/**
 * The text of one person.
 * @param attributes what is known of them
 * @param segmentsMax a text of more goes to nobody; null: any may
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
  // Nothing but placeholders, and fallbacks that say nothing.
  if (text.trim() === "") return { problem: "missing_value" };
  if (text.length > messageTextMax && lengthOf(text) > messageTextMax) return { problem: "message_too_long" };
  const segments = segmentCount(text);
  if (segmentsMax !== null && segments > segmentsMax) return { problem: "too_many_segments" };
  return { text, segments };
}

/** What stands in the text for everybody. */
export const literalOf = ({ pieces }: PersonalText): string =>
  pieces.filter((piece) => typeof piece === "string").join("");

/** The names without a fallback that an attribute says nothing for. */
export const lackedOf = ({ pieces }: PersonalText, attributes: Record<string, string | null>): string[] => [
  ...new Set(
    pieces.flatMap((piece) =>
      typeof piece === "string" || piece.fallback !== undefined || saidOf(attributes, piece.name)
        ? []
        : [piece.name],
    ),
  ),
];

/** May an attribute of this name stand in a text? Some have white space. */
export const isPlaceholderName = (name: string): boolean => /^[\p{L}\p{M}\p{Nd}_]+$/u.test(name);

/** What an attribute says, without control characters and white space around it; empty: nothing. */
export function saidOf(attributes: Record<string, string | null>, name: string): string {
  const value = Object.hasOwn(attributes, name) ? attributes[name] : null;
  return value?.replace(/\p{Cc}/gu, "").trim() ?? "";
}
