import { z } from "zod";
import { auditEntrySchema } from "@/lib/contract/access/audit";
import { recipientSchema } from "@/lib/contract/audience/recipient";
import { suppressionSchema } from "@/lib/contract/audience/suppression";
import { pageQuerySchema } from "@/lib/contract/page";
import { replySchema } from "@/lib/contract/sending/inbound";
import { messageSchema } from "./message";

/** What one dispatch was to a recipient. */
export const personMessageSchema = messageSchema.omit({ phone: true }).extend({
  dispatch_id: z.uuid(),
  /** It went to them alone, to see it on a phone. */
  is_test: z.boolean(),
});
export type PersonMessage = z.output<typeof personMessageSchema>;

export const personMessagesQuerySchema = pageQuerySchema.extend({
  cursor: z
    .string()
    .regex(/^d\d{1,10}$/, "cursor")
    .optional(),
});
export type PersonMessagesQuery = z.output<typeof personMessagesQuerySchema>;

/** Where a file named the number. */
const namingSchema = z.object({
  import_id: z.uuid(),
  file_name: z.string().nullable(),
  at: z.iso.datetime(),
  line: z.int(),
  /** What the row became: null, it was not applied. */
  outcome: z.string().nullable(),
});

/** Everything that is kept of one number. */
export const personDataSchema = z.object({
  phone: z.string(),
  /** null: nobody has the number now. */
  recipient: recipientSchema.nullable(),
  suppressions: z.array(suppressionSchema),
  messages: z.array(personMessageSchema),
  replies: z.array(replySchema),
  imports: z.array(namingSchema),
  /** What was done, without where it was done from. */
  audit: z.array(auditEntrySchema.omit({ address: true, request_id: true })),
  /** Some list had more than 10,000 entries: the newest are here. */
  truncated: z.boolean(),
});
export type PersonData = z.output<typeof personDataSchema>;
