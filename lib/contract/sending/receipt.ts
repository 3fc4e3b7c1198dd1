import { z } from "zod";
import { fieldErrors } from "@/lib/contract/problem";

const LARGEST = String(2n ** 63n - 1n);
/**
 * Those of as many digits that part from the largest number with a smaller digit, place by place.
 */
const smaller = [...LARGEST].flatMap((digit, i, all) =>
  digit === "0" ? [] : [`${LARGEST.slice(0, i)}[0-${Number(digit) - 1}]\\d{${all.length - i - 1}}`],
);

/** The client message id that a gateway was given, in decimal. */
export const messageId = z
  .string({ error: "string" })
  .regex(new RegExp(`^(\\d{1,${LARGEST.length - 1}}|${smaller.join("|")}|${LARGEST})$`), "message_id");

const ERROR_LENGTH_MAX = 200;
/**
 * What a gateway says of a failure is told, and costs no report: what cannot be stored is left out.
 */
const readableError = (error: string | number | null | undefined): string | null =>
  [...String(error ?? "").replace(/[\p{Cc}\p{Cs}]/gu, "")].slice(0, ERROR_LENGTH_MAX).join("") || null;

/** The largest that JSON of ours can tell; longer numbers are read as texts. */
const LARGEST_EXACT = 9_223_372_036_854_775_000;

/**
 * One delivery report. `id` is the client message id the gateway was given, in decimal, as text or
 * as a number. Other fields are ignored.
 */
export const receiptSchema = z.object({
  id: z.union(
    [
      messageId,
      z.int("message_id_number").min(0, "message_id").meta({ maximum: LARGEST_EXACT }).transform(String),
    ],
    {
      error: ({ input }) =>
        input === undefined
          ? "required"
          : typeof input === "number" && input >= 0
            ? "message_id_number"
            : "message_id",
    },
  ),
  status: z.enum(["delivered", "undelivered"], { error: "receipt_status" }),
  error: z.union([z.string(), z.number()]).nullish().catch(null).transform(readableError),
});
export type Receipt = z.output<typeof receiptSchema>;

/** What a gateway posts: each report is read for itself. */
export const receiptsSchema = z.array(z.unknown(), { error: "array" }).max(1_000, "too_many_receipts");

/** The same, as documents tell it. */
export const receiptsToldSchema = z.array(receiptSchema).max(1_000);

export const receiptsTakenSchema = z.object({
  /** How many messages changed. */
  changed: z.int(),
  /** The reports that cannot be read, by their place in the list, from 0: all others count. */
  rejected: z.array(z.object({ index: z.int(), pointer: z.string(), code: z.string(), detail: z.string() })),
});
export type ReceiptsTaken = z.output<typeof receiptsTakenSchema>;

/** Reads reports one by one: an odd one does not refuse the others. */
export function readReceipts(input: unknown[]): {
  receipts: Receipt[];
  rejected: { index: number; pointer: string; code: string }[];
} {
  const receipts: Receipt[] = [];
  const rejected: { index: number; pointer: string; code: string }[] = [];
  for (const [index, one] of input.entries()) {
    const read = receiptSchema.safeParse(one);
    if (read.success) receipts.push(read.data);
    else
      for (const { pointer, code } of fieldErrors(read.error, one))
        rejected.push({ index, pointer: `/${index}${pointer}`, code });
  }
  return { receipts, rejected };
}
