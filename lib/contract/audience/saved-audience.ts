import { z } from "zod";
import { pageQuerySchema } from "@/lib/contract/page";
import { printableText } from "@/lib/contract/text";
import { nameText } from "./audience";
import { expressionSchema, wholeExpressionSchema } from "./expression";

export const audienceNameMax = 100;

/** How many can be sent to; an estimate where counting them all would take long. */
export const audienceCountSchema = z.object({ count: z.int().min(0), is_estimate: z.boolean() });

export const savedAudienceSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  expression: wholeExpressionSchema,
  version: z.int(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
export type SavedAudience = z.output<typeof savedAudienceSchema>;

export const countedAudienceSchema = savedAudienceSchema.extend({
  recipients: audienceCountSchema.nullable(),
});
export type CountedAudience = z.output<typeof countedAudienceSchema>;

const name = nameText(audienceNameMax);

export const audienceCreateSchema = z.strictObject({ name, expression: expressionSchema });
export type AudienceCreate = z.output<typeof audienceCreateSchema>;

export const audienceUpdateSchema = audienceCreateSchema.partial();
export type AudienceUpdate = z.output<typeof audienceUpdateSchema>;

/** `q`: part of the name. */
export const audienceListQuerySchema = pageQuerySchema.extend({ q: printableText(200).optional() });
export type AudienceListQuery = z.output<typeof audienceListQuerySchema>;
