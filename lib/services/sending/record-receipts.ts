import { applyReceipts } from "@/db/sending/receipts";
import type { DeliveryReceipt } from "@/lib/gateways/gateway";
import type { Context } from "@/lib/services/context";

const TRIES_MAX = 5;
const isDeadlock = (error: unknown) => (error as { code?: string }).code === "40P01";

/**
 * Delivery reports of a gateway: committed before this answers. Returns how many messages changed; unknown ids change nothing.
 * @param gateway its name: messages that another was given do not change; null: there is one gateway
 */
export async function recordReceipts(ctx: Context, gateway: string | null, receipts: DeliveryReceipt[]): Promise<number> {
  if (receipts.length === 0) return 0;
  for (let tries = 1; ; tries++) {
    try {
      return await applyReceipts(ctx.db.sql, gateway, receipts);
    } catch (error) {
      // A settle takes its messages in the order they lie in, receipts by number: the one that Postgres chooses begins again.
      if (!isDeadlock(error) || tries === TRIES_MAX) throw error;
    }
  }
}
