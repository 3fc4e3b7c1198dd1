import { z } from "zod";
import { nameText } from "./audience";

export const operatorSchema = z.object({
  id: z.uuid(),
  code: z.string(),
  name: z.string(),
  rate_per_second: z.number().nullable(),
  prefixes: z.array(z.string()),
  gateway: z.string(),
  price_per_segment: z.string().nullable(),
});
export type Operator = z.output<typeof operatorSchema>;

/** SMS segments a second; null = no limit. */
const rate = z.number({ error: "rate" }).min(0.001, "rate").max(100_000, "rate").nullable();
/** Leading digits of the numbers it serves; a "+" before them is dropped. */
const prefixes = z
  .array(
    z
      .string({ error: "prefix" })
      .regex(/^\+?[1-9]\d{0,14}$/, "prefix")
      .transform((prefix) => prefix.replace("+", "")),
    { error: "prefixes" },
  )
  .max(5_000, "prefixes")
  .transform((list) => [...new Set(list)]);
export const gatewayName = z.string({ error: "gateway" }).regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "gateway");
/** A text, since a number of JSON may lose places on its way. */
const price = z
  .string({ error: "price" })
  .regex(/^(0|[1-9]\d{0,5})(\.\d{1,6})?$/, "price")
  .transform((text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text))
  .nullable();

export const operatorCreateSchema = z.strictObject({
  code: nameText(64),
  name: nameText(200, { uuidAllowed: true }),
  rate_per_second: rate.default(null),
  prefixes: prefixes.default([]),
  gateway: gatewayName.default("default"),
  price_per_segment: price.optional(),
});
export type OperatorCreate = z.output<typeof operatorCreateSchema>;

export const operatorUpdateSchema = z.strictObject({
  code: nameText(64).optional(),
  name: nameText(200, { uuidAllowed: true }).optional(),
  rate_per_second: rate.optional(),
  prefixes: prefixes.optional(),
  gateway: gatewayName.optional(),
  price_per_segment: price.optional(),
});
export type OperatorUpdate = z.output<typeof operatorUpdateSchema>;
