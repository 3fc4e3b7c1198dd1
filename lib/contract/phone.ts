import { textBy } from "./text";

/**
 * E.164, with or without its plus. Other ways to write a number are read, too, but the documents
 * promise this one.
 */
export const phonePattern = /^\+?[1-9]\d{6,14}$/;

export const phoneSchema = textBy({ max: 40, wrong: () => "phone", tooLong: "phone" }).meta({
  pattern: phonePattern.source,
  maxLength: 40,
  examples: ["+79100007919"],
});
