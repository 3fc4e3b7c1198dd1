import { z } from "zod";

/** The client message id that a gateway was given, in decimal. */
export const messageId = z
  .string({ error: "string" })
  // One rule: after a broken one the next would be asked all the same, and BigInt throws.
  .refine((id) => /^\d{1,19}$/.test(id) && BigInt(id) < 2n ** 63n, "message_id");

/** One delivery report. `id` is the client message id the gateway was given, in decimal. */
export const receiptsSchema = z
  .array(
    z.strictObject({
      id: messageId,
      status: z.enum(["delivered", "undelivered"], { error: "receipt_status" }),
      at: z.iso.datetime({ offset: true, error: "datetime" }).nullable().optional(),
      error: z
        .string({ error: "string" })
        .max(200, "too_long")
        .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), "characters")
        .nullable()
        .default(null),
    }),
  )
  .max(1_000, "too_many_receipts");
