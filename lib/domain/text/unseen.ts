/**
 * What nobody sees. A text of such characters alone is blank, as one of spaces is, and at its ends
 * they are trimmed as spaces are. Inside a text they stay: a joiner makes one emoji of two, and
 * Persian words need it.
 */

/**
 * Invisible characters that `\s` does not have: `Default_Ignorable_Code_Point`, for use within the
 * brackets of a pattern. We write them out, because patterns go into JSON Schema, and few readers
 * of JSON Schema know properties of characters or planes beyond the first.
 */
export const IGNORABLE =
  "\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e" +
  "\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\uffa0\\ufff0-\\ufff8";

const seen = `[^\\s\\p{Cc}${IGNORABLE}]`;
const anySeen = new RegExp(seen, "u");
/** A variation selector belongs to the character before it: without it an emoji is a drawing. */
const fromFirstToLast = new RegExp(`(?=${seen}).*${seen}[\\ufe00-\\ufe0f]*`, "su");

/** Nothing in the text can be seen. */
export const isBlank = (text: string): boolean => !anySeen.test(text);

/** Removes white space and invisible characters at both ends. */
export const trimUnseen = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) ? text.trim() : (fromFirstToLast.exec(text)?.[0] ?? "");
