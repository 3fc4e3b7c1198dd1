import { transaction } from "@/db/client";
import { findWebhook, updateWebhook as updateRow, type WebhookRow } from "@/db/webhooks/webhooks";
import type { NewWebhook, Webhook, WebhookUpdate } from "@/lib/contract/webhooks/webhook";
import { NotFoundError } from "@/lib/domain/errors";
import { type AuditAction, audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { newWebhookSecret, requireWebhookUrl } from "./create-webhook";
import { toWebhook } from "./get-webhook";

/** What waits for a webhook that is switched off waits on, and goes out when it is on again. @throws NotFoundError, ValidationError */
export async function updateWebhook(
  ctx: Context,
  id: string,
  input: WebhookUpdate,
  { allowPrivate }: { allowPrivate: boolean },
): Promise<Webhook> {
  requireRight(ctx, "webhooks:manage");
  if (input.url !== undefined) requireWebhookUrl(input.url, allowPrivate);
  return toWebhook(
    await change(ctx, id, "webhook.updated", (row) => ({
      url: input.url ?? row.url,
      events: input.events ? [...new Set(input.events)] : row.events,
      enabled: input.enabled ?? row.enabled,
      secret: row.secret,
    })),
  );
}

/** A new secret, told with this answer; what goes out from now on is signed with it, and for a day with the one before, too. @throws NotFoundError */
export async function rotateWebhookSecret(ctx: Context, id: string): Promise<NewWebhook> {
  requireRight(ctx, "webhooks:manage");
  const row = await change(ctx, id, "webhook.secret_rotated", (before) => ({ ...before, secret: newWebhookSecret() }));
  return { ...toWebhook(row), secret: row.secret };
}

function change(
  ctx: Context,
  id: string,
  action: AuditAction,
  next: (row: WebhookRow) => Pick<WebhookRow, "url" | "events" | "enabled" | "secret">,
): Promise<WebhookRow> {
  return transaction(ctx.db.sql, async (tx) => {
    const row = await findWebhook(tx, id, true);
    if (!row) throw new NotFoundError("webhook", id);
    const values = next(row);
    await updateRow(tx, row.no, values);
    const told = ({ url, events, enabled }: typeof values) => ({ url, events, enabled });
    await audit(ctx, tx, action, id, { before: told(row), after: told(values) });
    return (await findWebhook(tx, id))!;
  });
}
