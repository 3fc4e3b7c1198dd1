import { deleteOldInbound } from "@/db/audience/inbound";
import { transaction } from "@/db/client";
import {
  beginDropping,
  deleteAttempts,
  deleteChunks,
  deleteFailures,
  deleteLaneReceipts,
  deleteMessages,
  deleteMessageTexts,
  listDroppable,
  markMessagesDropped,
} from "@/db/dispatches/retention";
import { foldChunks } from "@/db/sending/finish";
import { deleteDeliveries } from "@/db/webhooks/webhooks";
import { audit } from "@/lib/services/audit";
import type { Context } from "@/lib/services/context";

/**
 * Rows a statement deletes at most: a few milliseconds of work, so that sending beside it is not
 * held up.
 */
const STEP = 5_000;
const DISPATCHES_MAX = 100;

/**
 * Deletes messages, their texts, failures, chunks and when they were delivered, of dispatches that
 * ended more than so many days ago, and deliveries of webhooks and replies of that age. Counters
 * stay, for they are the lanes', and so does who has opted out. A call may be cut off at any point:
 * the next one goes on.
 * @param rowsMax rows this call deletes at most, give or take a step
 * @returns whether there is more to do
 */
export async function dropMessages(
  ctx: Context,
  { days, rowsMax }: { days: number; rowsMax: number },
): Promise<{ rows: number; more: boolean }> {
  const { sql } = ctx.db;
  let rows = 0;
  const dispatches = await listDroppable(sql, days, DISPATCHES_MAX);
  for (const { no, id } of dispatches) {
    if (!(await transaction(sql, (tx) => beginDropping(tx, no)))) continue;
    // Counts first: a chunk that is gone must have been added to its lane.
    await transaction(sql, (tx) => foldChunks(tx, no));
    for (const deleteSome of [
      deleteMessageTexts,
      deleteMessages,
      deleteAttempts,
      deleteFailures,
      deleteLaneReceipts,
      deleteChunks,
    ]) {
      for (let deleted = STEP; deleted === STEP; ) {
        if (rows >= rowsMax) return { rows, more: true };
        deleted = await deleteSome(sql, no, STEP);
        rows += deleted;
      }
    }
    await transaction(sql, async (tx) => {
      await markMessagesDropped(tx, no);
      await audit(ctx, tx, "dispatch.messages_dropped", id);
    });
  }
  for (const deleteSome of [deleteDeliveries, deleteOldInbound]) {
    for (let deleted = STEP; deleted === STEP; rows += deleted) {
      if (rows >= rowsMax) return { rows, more: true };
      deleted = await deleteSome(sql, days, STEP);
    }
  }
  return { rows, more: dispatches.length === DISPATCHES_MAX };
}
