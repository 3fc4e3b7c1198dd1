import { z } from "zod";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isUuid = (text: string) => uuid.test(text);

/** Control characters, NUL among them, and lone surrogates: nothing a name should have, and some of it nothing Postgres can keep. */
export function isCleanText(text: string): boolean {
  return !/[\p{Cc}\p{Cs}]/u.test(text);
}

/**
 * A name or a code: trimmed, not empty, one line. Those that can stand for an id must not look like one, or an id would no longer say what it names.
 * @param max characters
 */
export function nameText(max: number, { uuidAllowed = false } = {}) {
  return z
    .string({ error: (issue) => (issue.input === undefined ? "required" : "string") })
    .refine(isCleanText, "characters")
    .trim()
    .min(1, "empty")
    .max(max, { error: "too_long" })
    .refine((text) => uuidAllowed || !isUuid(text), "uuid_shaped");
}

/** An id, a code or a name. */
export const reference = z.string({ error: "string" }).min(1, "empty").max(200, "too_long").refine(isCleanText, "characters");
