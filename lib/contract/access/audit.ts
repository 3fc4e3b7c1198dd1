import { z } from "zod";
import { pageQuerySchema } from "@/lib/contract/page";
import { cleanText } from "@/lib/contract/text";

/** Who did what to what: a change, a sign-in, an export, a refusal. */
export const auditEntrySchema = z.object({
  at: z.iso.datetime(),
  actor: z.string(),
  /** `<subject>.<verb>`, such as "dispatch.paused". */
  action: z.string(),
  subject_type: z.string(),
  subject_id: z.string(),
  /** What was there, and what is there now; null where there was nothing to tell. */
  before: z.unknown().nullable(),
  after: z.unknown().nullable(),
  /** Where the request came from, and its id; null for what Carillon did by itself. */
  address: z.string().nullable(),
  request_id: z.string().nullable(),
});
export type AuditEntry = z.output<typeof auditEntrySchema>;

const term = cleanText(200).optional();

export const auditQuerySchema = pageQuerySchema.extend({
  /** Exactly this actor. */
  actor: term,
  /** An action or its beginning: `dispatch.` is all that was done to dispatches. */
  action: term,
  /** The id of what was changed. */
  subject: term,
  /** Exactly this address. */
  address: term,
});
export type AuditQuery = z.output<typeof auditQuerySchema>;
