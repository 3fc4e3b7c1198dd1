import { type ReceiptsTaken, readReceipts } from "@/lib/contract/sending/receipt";
import { type Locale, textOf } from "@/lib/contract/texts";
import { log } from "@/lib/log";
import type { Context } from "@/lib/services/context";
import { recordReceipts } from "./record-receipts";

/**
 * Delivery reports as a gateway posted them: those that can be read are committed before this answers, the others are told by their place.
 * @param gateway see {@link recordReceipts}
 */
export async function takeReceipts(ctx: Context, gateway: string | null, input: unknown[], locale: Locale): Promise<ReceiptsTaken> {
  const { receipts, rejected } = readReceipts(input);
  // Whoever set up the gateway sees it here; the gateway's own answers are read by nobody.
  if (rejected.length > 0) log.warn({ gateway, count: rejected.length, first: rejected[0] }, "some delivery reports cannot be read");
  const changed = await recordReceipts(ctx, gateway, receipts);
  return { changed, rejected: rejected.map((one) => ({ ...one, detail: textOf(locale, one.code) })) };
}
