import { findWebhook, type WebhookRow } from "@/db/webhooks/webhooks";
import type { Webhook } from "@/lib/contract/webhooks/webhook";
import { NotFoundError } from "@/lib/domain/errors";
import type { WebhookEvent } from "@/lib/domain/webhook";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

/** Without its secret. */
export function toWebhook(row: WebhookRow): Webhook {
  return {
    id: row.id,
    url: row.url,
    events: row.events as WebhookEvent[],
    enabled: row.enabled,
    disabled_reason: row.disabledReason as "gone" | null,
    created_by: row.createdBy,
    created_at: row.createdAt,
    last_delivery: row.lastStatus === null ? null : { status: row.lastStatus, at: row.lastAt! },
    pending: row.pending,
  };
}

/** @throws NotFoundError */
export async function getWebhook(ctx: Context, id: string): Promise<Webhook> {
  requireRight(ctx, "webhooks:manage");
  const row = await findWebhook(ctx.db.sql, id);
  if (!row) throw new NotFoundError("webhook", id);
  return toWebhook(row);
}
