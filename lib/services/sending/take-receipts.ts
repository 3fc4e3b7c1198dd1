import { readReceipts } from "@/lib/contract/sending/receipt";
import { log } from "@/lib/log";
import type { Context } from "@/lib/services/context";
import { recordReceipts } from "./record-receipts";

export interface ReceiptsTaken {
  /** How many messages changed. */
  changed: number;
  /** The reports that cannot be read, by their place in the list, from 0. */
  rejected: { index: number; pointer: string; code: string }[];
}

/**
 * Takes delivery reports as a gateway posted them. Readable ones are committed before this answers;
 * the answer lists the places of the others.
 * @param gateway see {@link recordReceipts}
 */
export async function takeReceipts(
  ctx: Context,
  gateway: string | null,
  input: unknown[],
): Promise<ReceiptsTaken> {
  const { receipts, rejected } = readReceipts(input);
  // The log is for the person who set up the gateway: nobody reads the gateway's own answers.
  if (rejected.length > 0)
    log.warn({ gateway, count: rejected.length, first: rejected[0] }, "some delivery reports cannot be read");
  return { changed: await recordReceipts(ctx, gateway, receipts), rejected };
}
