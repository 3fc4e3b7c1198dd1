import { applyReceipts } from "@/db/sending/receipts";
import { isDeadlock } from "@/lib/common/database-errors";
import { retry } from "@/lib/common/retry";
import type { DeliveryReceipt } from "@/lib/gateways/gateway";
import type { Context } from "@/lib/services/context";

const TRIES_MAX = 5;

/**
 * Delivery reports of a gateway: committed before this answers. Returns how many messages changed;
 * unknown ids change nothing.
 * @param gateway its name: messages that another was given do not change; null: there is one
 *   gateway
 */
export async function recordReceipts(
  ctx: Context,
  gateway: string | null,
  receipts: DeliveryReceipt[],
): Promise<number> {
  if (receipts.length === 0) return 0;
  // A settle locks its messages in the order they are stored in, receipts by number. In a deadlock
  // Postgres ends one of the two transactions, which begins again.
  return retry(() => applyReceipts(ctx.db.sql, gateway, receipts), {
    isPassing: isDeadlock,
    triesMax: TRIES_MAX,
  });
}
