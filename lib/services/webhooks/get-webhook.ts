import { findWebhook, type WebhookRow } from "@/db/webhooks/webhooks";
import { NotFoundError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

export type { WebhookRow };

/** Without its secret. @throws NotFoundError */
export async function getWebhook(ctx: Context, id: string): Promise<WebhookRow> {
  requireRight(ctx, "webhooks:manage");
  const row = await findWebhook(ctx.db.sql, id);
  if (!row) throw new NotFoundError("webhook", id);
  return row;
}
