import { z } from "zod";
import { exportFormat } from "@/lib/contract/export";
import { pageQuerySchema } from "@/lib/contract/page";
import { phoneSchema } from "@/lib/contract/phone";
import { printableText } from "@/lib/contract/text";
import { locales } from "@/lib/contract/texts";
import { timeZoneSchema } from "@/lib/contract/time-zone";
import { messageStatuses } from "@/lib/domain/lifecycle";

export const messageSchema = z.object({
  /** The client message id the gateway was given; it exceeds 2^53, so it is text. */
  id: z.string(),
  /** null: whoever had it was erased. */
  phone: z.string().nullable(),
  operator: z.string(),
  /** Its dispatch's; null: the gateway's first. */
  sender: z.string().nullable(),
  status: z.enum(messageStatuses),
  attempts: z.int(),
  claimed_at: z.iso.datetime(),
  settled_at: z.iso.datetime().nullable(),
  error: z.string().nullable(),
  /**
   * What it says: of a dispatch with placeholders the text that this person was given. null: they
   * were given none, or it was erased.
   */
  text: z.string().nullable(),
  segments: z.int().nullable(),
});
export type Message = z.output<typeof messageSchema>;

export const messageListQuerySchema = pageQuerySchema.extend({
  cursor: z
    .string()
    .regex(/^m\d{1,10}$/, "cursor")
    .optional(),
  status: z.enum(messageStatuses, { error: "message_status" }).optional(),
  /** What went wrong, by the code that the failures of the timeline have. */
  error: printableText(200).optional(),
  /** A whole phone. */
  phone: phoneSchema.optional(),
});
export type MessageListQuery = z.output<typeof messageListQuerySchema>;

/**
 * `language`: of the headings and outcomes, which are codes when it is left out; `timezone`: of the
 * times, which are ISO 8601 in UTC when it is left out.
 */
export const messageExportQuerySchema = z.strictObject({
  ...exportFormat,
  status: messageListQuerySchema.shape.status,
  error: messageListQuerySchema.shape.error,
  language: z.enum(locales, { error: "language" }).optional(),
  timezone: timeZoneSchema.optional(),
});
export type MessageExportQuery = z.output<typeof messageExportQuerySchema>;

/** Why somebody has no message in a dispatch, or what became of the one they have. */
export const whyCodes = [
  "has_message",
  "not_opened",
  "unknown_recipient",
  "opted_out",
  "other_operator",
  "without_tag",
  "without_all_tags",
  "without_any_tag",
  "with_left_out_tag",
  "other_operators",
  "other_attributes",
  "reached_before",
  "joined_later",
  "waiting",
  "not_reached",
  "messages_dropped",
] as const;
export type WhyCode = (typeof whyCodes)[number];

export const whySchema = z.object({
  phone: z.string(),
  message: messageSchema.nullable(),
  /** What is kept of the attempts at it, beside their number. */
  attempts: z
    .object({
      /** The gateway that was given it last, or is about to be; null: not known any more. */
      gateway: z.string().nullable(),
      last_at: z.iso.datetime().nullable(),
      next_at: z.iso.datetime().nullable(),
      /** How often it was put off without an attempt: the gateway was busy, or not there. */
      postponed: z.int(),
      /**
       * Hand-overs after which another one was to follow, whether or not they counted as
       * attempts: the first 20, in their order. Versions before kept none.
       */
      earlier: z.array(
        z.object({
          /** Of the message's, from 1. */
          no: z.int(),
          gateway: z.string(),
          error: z.string(),
          /** When its answer came, or was given up. */
          at: z.iso.datetime(),
        }),
      ),
    })
    .nullable(),
  code: z.enum(whyCodes),
  detail: z.string(),
});
export type Why = z.output<typeof whySchema>;
