import type { NewWebhook, Webhook, WebhookDelivery } from "@/lib/contract/webhooks/webhook";
import type { WebhookRow } from "@/lib/services/webhooks/get-webhook";
import type { DeliveryRow } from "@/lib/services/webhooks/list-webhook-deliveries";

export const presentWebhook = (row: WebhookRow): Webhook => ({
  id: row.id,
  url: row.url,
  events: row.events,
  enabled: row.enabled,
  disabled_reason: row.disabledReason,
  created_by: row.createdBy,
  created_at: row.createdAt.toISOString(),
  last_delivery: row.lastDelivery && {
    status: row.lastDelivery.status,
    at: row.lastDelivery.at.toISOString(),
  },
  pending: row.pending,
});

/** With the secret, which only this answer shows. */
export const presentNewWebhook = (made: WebhookRow & { secret: string }): NewWebhook => ({
  ...presentWebhook(made),
  secret: made.secret,
});

export const presentDelivery = (row: DeliveryRow): WebhookDelivery => ({
  id: row.id,
  type: row.type,
  status: row.status,
  attempts: row.attempts,
  last_status: row.lastStatus,
  last_error: row.lastError,
  created_at: row.createdAt.toISOString(),
  next_attempt_at: row.nextAttemptAt?.toISOString() ?? null,
  delivered_at: row.deliveredAt?.toISOString() ?? null,
  payload: row.payload,
});
