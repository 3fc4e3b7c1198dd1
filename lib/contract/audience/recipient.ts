import { z } from "zod";
import { exportFormat } from "@/lib/contract/export";
import { pageQuerySchema } from "@/lib/contract/page";
import { butNot, printableText, storableText, textBy, trimmedText } from "@/lib/contract/text";
import { timeZoneSchema } from "@/lib/contract/time-zone";
import { tidyName } from "@/lib/domain/audience/tidy-name";
import { trimUnseen } from "@/lib/domain/text/unseen";
import { reference, unseen } from "./audience";
import { tagsOfRecipientMax } from "./tag";

export const attributesMax = 50;
export const attributeNameMax = 64;
export const attributeValueMax = 500;

/**
 * Columns of the CSV formats: an attribute of such a name could not be exported and imported again.
 */
const reservedNames = [
  "phone",
  "operator",
  "tags",
  "timezone",
  "opted_out_at",
  "error_line",
  "error_reason",
  "-",
];

const anyCase = (name: string) => name.replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);

/** One line without white space around it. Names that look alike become one. */
export const attributeName = butNot(
  trimmedText({ max: attributeNameMax, code: "attribute_name" }).overwrite(tidyName),
  new RegExp(`^${unseen}((${["__proto__", ...reservedNames.map(anyCase)].join("|")})${unseen})?$`),
  "attribute_name",
);

/** Why an attribute may not be called that, or null. */
export const attributeNameIssue = (name: string): "attribute_name" | null =>
  attributeName.safeParse(name).success ? null : "attribute_name";

/**
 * The operator is its code and the tags are their names, as in the CSV formats; both can be sent
 * back as they are.
 */
export const attributeSchema = z.object({ name: z.string() });

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

const attributeValue = storableText({ max: attributeValueMax, tooLong: "attribute_too_long" }).overwrite(
  trimUnseen,
);

/**
 * A map of attributes. A record says nothing of `__proto__`, and takes the last of names that
 * become one: we refuse both.
 */
const attributesOf = <V extends z.ZodType<string | null>>(value: V) =>
  z.preprocess(
    (given, { addIssue }) => {
      const names = new Set<string>();
      for (const name of typeof given === "object" && given !== null ? Object.keys(given) : []) {
        if (name === "__proto__") addIssue({ code: "custom", path: [name], message: "attribute_name" });
        else if (names.has(tidyName(name)))
          addIssue({ code: "custom", path: [name], message: "attribute_twice" });
        names.add(tidyName(name));
      }
      return given;
    },
    z
      .record(attributeName, value, { error: "attributes" })
      .refine((map) => Object.keys(map).length <= attributesMax, "too_many_attributes")
      .meta({ maxProperties: attributesMax }),
  );

/** What is left out stays as it is; null empties. */
export const recipientPutSchema = z.strictObject({
  /**
   * null: the operator of the range that the number is in, else of its longest prefix, as for
   * somebody new without one.
   */
  operator: reference.nullable().optional(),
  tags: z.array(reference, { error: "tags" }).max(tagsOfRecipientMax, "too_many_tags").nullable().optional(),
  timezone: timeZoneSchema.nullable().optional(),
  attributes: attributesOf(attributeValue).nullable().optional(),
});
export type RecipientPut = z.output<typeof recipientPutSchema>;

/**
 * Only what is named changes, and of the attributes, too, only those that are named; null empties,
 * or takes an attribute away.
 */
export const recipientPatchSchema = recipientPutSchema.extend({
  attributes: attributesOf(attributeValue.nullable()).nullable().optional(),
});
export type RecipientPatch = z.output<typeof recipientPatchSchema>;

export const recipientDeleteQuerySchema = z.strictObject({
  /** Erases what is known of the number, too; nothing brings it back. */
  erase: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .default(false),
});

const between = "[\\s().\\-\\u2010-\\u2015]*";
/** Digits, perhaps a plus before them, and what people write between them. */
export const phoneFragment = textBy({
  max: 40,
  pattern: new RegExp(`^${between}(\\+${between})?(\\d${between}){1,15}$`),
  wrong: () => "phone_fragment",
  tooLong: "phone_fragment",
});

/** Filters of the list and of the export. */
export const recipientFilterSchema = z.strictObject({
  operator: reference.optional(),
  tag: reference.optional(),
  /** A part of a phone, in any way of writing, or of an attribute's value. */
  q: printableText(100).optional(),
});
export type RecipientFilterQuery = z.output<typeof recipientFilterSchema>;

export const recipientExportQuerySchema = recipientFilterSchema.extend(exportFormat);
export type RecipientExportQuery = z.output<typeof recipientExportQuerySchema>;

export const recipientListQuerySchema = pageQuerySchema.extend(recipientFilterSchema.shape);
