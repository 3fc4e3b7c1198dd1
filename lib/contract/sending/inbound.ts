import { z } from "zod";
import { phoneFragment } from "@/lib/contract/audience/recipient";
import { pageQuerySchema } from "@/lib/contract/page";
import { phoneSchema } from "@/lib/contract/phone";
import { fieldErrors } from "@/lib/contract/problem";
import { cleanText, messageText } from "@/lib/contract/text";
import { inboundKeywords } from "@/lib/domain/audience/opt-out-words";

const TEXT_LENGTH_MAX = 10_000;
const NAME_LENGTH_MAX = 100;

/**
 * An opt-out must not be lost for what else is in its message: what cannot be stored is left out,
 * and the rest is cut.
 */
const readable = (text: string, max: number): string =>
  [...text.replace(/(?![\t\n\r])\p{Cc}|\p{Cs}/gu, "")].slice(0, max).join("");

/**
 * One message that somebody wrote. `id` is the gateway's own, as text or as a number. Other fields
 * are ignored.
 */
export const inboundSchema = z.object({
  id: z.union([cleanText(200, { min: 1 }), z.int().transform(String)], {
    error: ({ input }) => (input === undefined ? "required" : "inbound_id"),
  }),
  /** Who wrote it: E.164, with or without its plus, or its digits as a number. */
  from: z.union([phoneSchema, z.int().transform(String)], {
    error: ({ input }) => (input === undefined ? "required" : "phone"),
  }),
  /** The number or name that it was written to. */
  to: z
    .string()
    .nullish()
    .catch(null)
    .transform((to) => (to ? readable(to, NAME_LENGTH_MAX) : null)),
  text: z.string({ error: "string" }).transform((text) => readable(text, TEXT_LENGTH_MAX)),
  /** When it was written; when it comes, where that is not told or cannot be read. */
  at: z.iso.datetime({ offset: true }).nullish().catch(null),
});
export type Inbound = z.output<typeof inboundSchema>;
/** What an opt-out needs. */
const saidSchema = inboundSchema.pick({ from: true, text: true });
export type Said = z.output<typeof saidSchema>;

/** What a gateway posts: each message is read for itself. */
export const inboundsSchema = z.array(z.unknown(), { error: "array" }).max(1_000, "too_many_inbound");
/** The same, as documents tell it. */
export const inboundsToldSchema = z.array(inboundSchema).max(1_000);

export const inboundTakenSchema = z.object({
  /** How many messages were not known. */
  received: z.int(),
  /** The messages that cannot be read, by their place in the list, from 0: all others count. */
  rejected: z.array(z.object({ index: z.int(), pointer: z.string(), code: z.string(), detail: z.string() })),
});
export type InboundTaken = z.output<typeof inboundTakenSchema>;

export interface RejectedInbound {
  index: number;
  pointer: string;
  code: string;
}

/**
 * Reads messages one by one: an odd one does not refuse the others. A rejected one that says who
 * wrote what is a message without an id.
 */
export function readInbounds(input: unknown[]): {
  messages: { index: number; message: Inbound | Said }[];
  rejected: RejectedInbound[];
} {
  const messages: { index: number; message: Inbound | Said }[] = [];
  const rejected: RejectedInbound[] = [];
  for (const [index, one] of input.entries()) {
    const read = inboundSchema.safeParse(one);
    if (read.success) {
      messages.push({ index, message: read.data });
      continue;
    }
    for (const { pointer, code } of fieldErrors(read.error, one))
      rejected.push({ index, pointer: `/${index}${pointer}`, code });
    const said = saidSchema.safeParse(one);
    if (said.success) messages.push({ index, message: said.data });
  }
  return { messages, rejected };
}

/** A reply as the list has it. */
export const replySchema = z.object({
  id: z.uuid(),
  gateway: z.string(),
  from: z.string(),
  to: z.string().nullable(),
  text: z.string(),
  /** What the whole text is, if it is such a word. */
  keyword: z.enum(inboundKeywords).nullable(),
  at: z.iso.datetime(),
  received_at: z.iso.datetime(),
  /** Whether whoever wrote it must not be written to now. */
  opted_out: z.boolean(),
});
export type Reply = z.output<typeof replySchema>;

const replyFilterSchema = z.strictObject({
  /** A piece of a phone, in any way of writing. */
  phone: phoneFragment.optional(),
  keyword: z.enum([...inboundKeywords, "none"], { error: "inbound_keyword" }).optional(),
});
export type ReplyFilterQuery = z.output<typeof replyFilterSchema>;
export const replyListQuerySchema = pageQuerySchema.extend(replyFilterSchema.shape);

export const sandboxReplySchema = z.strictObject({ phone: phoneSchema, text: messageText(1_000) });
export type SandboxReply = z.output<typeof sandboxReplySchema>;
