import { z } from "zod";
import { nameText } from "@/lib/contract/audience/audience";
import { scopes } from "@/lib/domain/rights";

export const apiKeySchema = z.object({
  id: z.uuid(),
  name: z.string(),
  /** The beginning of the key, to recognise it by. */
  prefix: z.string(),
  scopes: z.array(z.string()),
  created_by: z.string(),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
  /** To the minute. */
  last_used_at: z.iso.datetime().nullable(),
  revoked_at: z.iso.datetime().nullable(),
  daily_recipients: z.int().nullable(),
});
export type ApiKey = z.output<typeof apiKeySchema>;

/** The one answer that has the key itself. */
export const newApiKeySchema = apiKeySchema.extend({ key: z.string() });
export type NewApiKey = z.output<typeof newApiKeySchema>;

export const apiKeyCreateSchema = z.strictObject({
  name: nameText(100, { uuidAllowed: true }),
  scopes: z
    .array(z.enum(scopes, { error: "scope" }), { error: "array" })
    .min(1, "scopes_empty")
    .max(scopes.length, "scope"),
  /** An instant with its offset; null: it does not expire. */
  expires_at: z.iso.datetime({ offset: true, error: "expires_at" }).nullable().default(null),
  /** Recipients a day (UTC); null: as the setting DAILY_RECIPIENTS_MAX says. */
  daily_recipients: z
    .int({ error: "daily_recipients" })
    .min(0, "daily_recipients")
    .max(4_294_967_295, "daily_recipients")
    .nullable()
    .default(null),
});
export type ApiKeyCreate = z.output<typeof apiKeyCreateSchema>;
