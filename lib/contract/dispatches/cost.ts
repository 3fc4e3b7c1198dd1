import { z } from "zod";

const count = z.int().min(0);
/** Rounded to the currency's smallest unit; a text, since a number may lose places on its way. */
const amount = z.string().nullable();

/** What a dispatch costs, in segments and, where operators have prices, in money. */
export const costSchema = z.object({
  segments: count,
  /** The segments are an estimate. */
  is_estimate: z.boolean(),
  /** null: the installation has no currency, or no operator of it has a price. */
  amount,
  /** ISO 4217. */
  currency: z.string().nullable(),
  /** The amount is without these: their operators have no price. */
  unpriced_segments: count,
  /** Amounts add up to the whole. */
  by_operator: z.array(
    z.object({
      operator: z.object({ id: z.uuid(), code: z.string(), name: z.string() }),
      segments: count,
      amount,
    }),
  ),
});
export type CostAnswer = z.output<typeof costSchema>;
