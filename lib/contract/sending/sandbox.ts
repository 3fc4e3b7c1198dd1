import { z } from "zod";
import { phoneSchema } from "@/lib/contract/phone";

/** What the phone of a number shows: a message that the sandbox gateway took or delivered. */
export const sandboxMessageSchema = z.object({
  /** The client message id the gateway was given. */
  id: z.string(),
  dispatch_id: z.uuid(),
  text: z.string(),
  sender: z.string().nullable(),
  status: z.enum(["sent", "delivered"]),
  settled_at: z.iso.datetime(),
});
export type SandboxMessage = z.output<typeof sandboxMessageSchema>;

export const sandboxMessagesQuerySchema = z.strictObject({
  /** A whole phone. */
  phone: phoneSchema,
});

/** Newest first. */
export interface SandboxMessages {
  phone: string;
  items: SandboxMessage[];
}
