import { applyReceipts } from "@/db/receipts";
import type { DeliveryReceipt } from "@/lib/gateways/gateway";
import type { Context } from "./context";

/** Delivery reports of a gateway: committed before this answers. Returns how many messages changed; unknown ids change nothing. */
export async function recordReceipts(ctx: Context, receipts: DeliveryReceipt[]): Promise<number> {
  return receipts.length === 0 ? 0 : applyReceipts(ctx.db.sql, receipts);
}
