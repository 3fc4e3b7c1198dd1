import { type DueDelivery, gatherFailures as gatherRows, listFailureListeners } from "@/db/webhooks/webhooks";
import type { Context } from "@/lib/services/context";

/** Failures that one delivery tells of at most. */
const BATCH = 500;
/** Deliveries for one webhook in one call; the next call goes on. */
const BATCHES_MAX = 40;

/**
 * Gathers new failures of messages into deliveries, for each webhook that listens for them.
 * @returns the deliveries that are due now
 */
export async function gatherFailures(ctx: Context): Promise<DueDelivery[]> {
  const due: DueDelivery[] = [];
  for (const webhook of await listFailureListeners(ctx.db.sql)) {
    for (let i = 0; i < BATCHES_MAX; i++) {
      const { looked, delivery } = await gatherRows(ctx.db.sql, webhook, BATCH);
      if (delivery) due.push(delivery);
      if (looked < BATCH) break;
    }
  }
  return due;
}
