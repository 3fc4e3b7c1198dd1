import { transaction } from "@/db/client";
import { deleteWebhook as deleteRow, lockWebhook } from "@/db/webhooks/webhooks";
import { NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

/** Deletes a webhook with its log and its waiting deliveries. @throws NotFoundError */
export async function deleteWebhook(ctx: Context, id: string): Promise<void> {
  requireRight(ctx, "webhooks:manage");
  await transaction(ctx.db.sql, async (tx) => {
    const row = await lockWebhook(tx, id);
    if (!row) throw new NotFoundError("webhook", id);
    await deleteRow(tx, row.no);
    const before = { url: row.url, events: row.events };
    await audit(ctx, tx, "webhook.deleted", id, { before });
  });
}
