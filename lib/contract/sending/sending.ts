import { z } from "zod";
import { cleanText } from "@/lib/contract/text";

export const sendingSchema = z.object({
  state: z.enum(["on", "stopped"]),
  reason: z.string().nullable(),
  changed_at: z.iso.datetime(),
  changed_by: z.string(),
});
export type SendingAnswer = z.output<typeof sendingSchema>;

/** The emergency stop, and its end. */
export const sendingPutSchema = z.strictObject({
  state: z.enum(["on", "stopped"], { error: "sending_state" }),
  reason: cleanText(500).nullable().optional(),
});
