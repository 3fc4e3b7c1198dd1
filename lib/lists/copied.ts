/**
 * Copies a text, so that it does not keep the piece of the file in memory. A half character at its
 * end becomes U+FFFD.
 */
export const copied = (text: string): string => Buffer.from(text).toString();

/** Postgres cannot store NUL. */
export const NUL = "\0";
/** A decoder writes this for bytes that are no letter. */
export const BROKEN = "\ufffd";

/** A copy of a text of the file to be kept and shown. What Postgres cannot store becomes U+FFFD. */
export const storable = (text: string): string => copied(text.replaceAll(NUL, BROKEN));
