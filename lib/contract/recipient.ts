import { z } from "zod";
import { isTimeZone } from "@/lib/domain/time-zone";
import { isCleanText, reference } from "./audience";
import { exportFormat } from "./export";
import { pageQuerySchema } from "./page";
import { tagsOfRecipientMax } from "./tag";

export const attributesMax = 50;
export const attributeNameMax = 64;
export const attributeValueMax = 500;

/** Columns of the CSV formats: an attribute of such a name could not be exported and imported again. */
const reservedNames = new Set(["phone", "operator", "tags", "timezone", "opted_out_at", "error_line", "error_reason", "-"]);

/** Why an attribute may not be called that, or null. */
export function attributeNameIssue(name: string): "attribute_name" | null {
  const good = name.length > 0 && name.length <= attributeNameMax && name === name.trim() && isCleanText(name);
  return good && name !== "__proto__" && !reservedNames.has(name.toLowerCase()) ? null : "attribute_name";
}

/** The operator is its code and the tags are their names, as in the CSV formats; both can be sent back as they are. */
export const recipientSchema = z.object({
  phone: z.string(),
  operator: z.string(),
  tags: z.array(z.string()),
  timezone: z.string().nullable(),
  attributes: z.record(z.string(), z.string()),
  opted_out_at: z.iso.datetime().nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
export type Recipient = z.output<typeof recipientSchema>;

const attributes = z
  .record(
    z.string().refine((name) => attributeNameIssue(name) === null, "attribute_name"),
    z
      .string({ error: "string" })
      .max(attributeValueMax, "attribute_too_long")
      .refine((text) => !/\p{Cs}/u.test(text) && !text.includes("\0"), "characters"),
    { error: "attributes" },
  )
  .refine((map) => Object.keys(map).length <= attributesMax, "too_many_attributes");

export const recipientPutSchema = z.strictObject({
  /** Left out or null: the operator whose prefix is the longest that the number begins with. */
  operator: reference.nullable().default(null),
  tags: z.array(reference, { error: "tags" }).max(tagsOfRecipientMax, "too_many_tags").default([]),
  timezone: z.string({ error: "string" }).refine(isTimeZone, "timezone").nullable().default(null),
  attributes: attributes.default({}),
});
export type RecipientPut = z.output<typeof recipientPutSchema>;

/** Filters of the list and of the export. */
export const recipientFilterSchema = z.strictObject({
  operator: reference.optional(),
  tag: reference.optional(),
  /** The beginning of a phone. */
  q: z.string().max(40, "phone_fragment").optional(),
});
export type RecipientFilterQuery = z.output<typeof recipientFilterSchema>;

export const recipientExportQuerySchema = recipientFilterSchema.extend(exportFormat);
export type RecipientExportQuery = z.output<typeof recipientExportQuerySchema>;

export const recipientListQuerySchema = pageQuerySchema.extend(recipientFilterSchema.shape);
