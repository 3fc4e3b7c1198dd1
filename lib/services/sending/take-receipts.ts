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
 * Delivery reports as a gateway posted them: those that can be read are committed before this
 * answers, the others are told by their place.
 * @param gateway see {@link recordReceipts}
 */
export async function takeReceipts(
  ctx: Context,
  gateway: string | null,
  input: unknown[],
): Promise<ReceiptsTaken> {
  const { receipts, rejected } = readReceipts(input);
  // Whoever set up the gateway sees it here; the gateway's own answers are read by nobody.
  if (rejected.length > 0)
    log.warn({ gateway, count: rejected.length, first: rejected[0] }, "some delivery reports cannot be read");
  return { changed: await recordReceipts(ctx, gateway, receipts), rejected };
}
