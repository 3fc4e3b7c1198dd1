import { z } from "zod";
import { reference } from "@/lib/contract/audience/audience";
import { pageQuerySchema } from "@/lib/contract/page";
import { lineText, messageText, printableText } from "@/lib/contract/text";
import { messageTextMax } from "@/lib/domain/text/segments";
import { maxSegments } from "./dispatch";

/** What is no dispatch yet: drafts and templates. */
const name = lineText(100);

/** Of what a form holds, as JSON. */
const CONTENT_MAX = 16_384;
const text = z.string({ error: "string" }).optional();

/**
 * What a form holds, finished or not. Fields that only a later version of the form has are kept as
 * they are.
 */
const contentSchema = z
  .looseObject({
    message_text: text,
    timezone: text,
    start_datetime: text,
    end_datetime: text,
  })
  .refine((content) => JSON.stringify(content).length <= CONTENT_MAX, "content_too_long");

const stamps = {
  version: z.int(),
  author: z.string(),
  /** Who changed it last. */
  editor: z.string(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
};

export const draftSchema = z.object({
  id: z.uuid(),
  name: z.string().nullable(),
  content: z.record(z.string(), z.unknown()),
  ...stamps,
});
export type Draft = z.output<typeof draftSchema>;

/** `id`: made by whoever saves it, so that a repeat after a lost answer makes no second one. */
export const draftCreateSchema = z.strictObject({
  id: z.uuid().optional(),
  name: name.nullable().optional(),
  content: contentSchema,
});
export type DraftCreate = z.output<typeof draftCreateSchema>;

export const draftUpdateSchema = z.strictObject({
  name: name.nullable().optional(),
  /** The whole of it. */
  content: contentSchema.optional(),
});
export type DraftUpdate = z.output<typeof draftUpdateSchema>;

export const templateSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  message_text: z.string(),
  max_segments: z.int().nullable(),
  filter_mobile_operator_code: z.string().nullable(),
  filter_tag: z.string().nullable(),
  sender: z.string().nullable(),
  ...stamps,
});
export type Template = z.output<typeof templateSchema>;

const filter = reference.nullable().optional();

/** Whether what it refers to is there is asked when a dispatch is made of it. */
export const templateCreateSchema = z.strictObject({
  name,
  message_text: messageText(messageTextMax),
  max_segments: maxSegments.nullable().optional(),
  filter_mobile_operator_code: filter,
  filter_tag: filter,
  sender: lineText(64).nullable().optional(),
});
export type TemplateCreate = z.output<typeof templateCreateSchema>;

export const templateUpdateSchema = templateCreateSchema.partial();
export type TemplateUpdate = z.output<typeof templateUpdateSchema>;

/** `q`: part of the name or of the text. */
export const preparedListQuerySchema = pageQuerySchema.extend({ q: printableText(200).optional() });
export type PreparedListQuery = z.output<typeof preparedListQuerySchema>;
