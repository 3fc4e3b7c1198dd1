/**
 * Copies a text, so that it does not keep the piece of the file in memory. A half character at its
 * end becomes U+FFFD.
 */
export const copied = (text: string): string => Buffer.from(text).toString();
