import { z } from "zod";

/** Printable ASCII, as header values are; 1 to 255 characters. HTTP drops spaces around it. */
export const idempotencyKeyPattern = /^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/;
export const idempotencyKeySchema = z.string().regex(idempotencyKeyPattern, "idempotency_key");

/** The version a change is meant for: `If-Match: "3"` (RFC 9110 13.1.1), `3` or `*`. */
export const ifMatchPattern = /^(\*|"?\d{1,9}"?)$/;
const ifMatchSchema = z
  .string()
  .regex(ifMatchPattern, "if_match")
  .transform((text) => (text === "*" ? null : Number(text.replaceAll('"', ""))));

const asItCame = z.string().nullable();

/** What handlers are given of the headers that their operations name; null where there is none. */
export const headerSchemas = {
  /** `createDispatch` checks it, after the right to create one. */
  "Idempotency-Key": asItCame,
  "If-Match": ifMatchSchema.nullable(),
  "If-None-Match": asItCame,
  "X-Signature": asItCame,
};
