import { type Tx, transaction } from "@/db/client";
import {
  findWebhook,
  lockWebhook,
  replaceSecret,
  updateWebhook as updateRow,
  type WebhookRow,
} from "@/db/webhooks/webhooks";
import type { WebhookUpdate } from "@/lib/contract/webhooks/webhook";
import { NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { newWebhookSecret, requireWebhookUrl } from "./create-webhook";

/**
 * Deliveries of a webhook that is switched off wait, and go out when it is on again. @throws
 * NotFoundError, ValidationError
 */
export async function updateWebhook(
  ctx: Context,
  id: string,
  input: WebhookUpdate,
  { allowPrivate }: { allowPrivate: boolean },
): Promise<WebhookRow> {
  requireRight(ctx, "webhooks:manage");
  if (input.url !== undefined) requireWebhookUrl(input.url, allowPrivate);
  return transaction(ctx.db.sql, async (tx) => {
    const { no, ...before } = await lock(tx, id);
    const { url = before.url, events = before.events, enabled = before.enabled } = input;
    const after = { url, events: [...new Set(events)], enabled };
    await updateRow(tx, no, after);
    await audit(ctx, tx, "webhook.updated", id, { before, after });
    return (await findWebhook(tx, id))!;
  });
}

/**
 * Makes a new secret, which only this answer shows. Deliveries are signed with it from now on, and
 * for a day with the old one as well. @throws NotFoundError
 */
export async function rotateWebhookSecret(
  ctx: Context,
  id: string,
): Promise<WebhookRow & { secret: string }> {
  requireRight(ctx, "webhooks:manage");
  const secret = newWebhookSecret();
  return transaction(ctx.db.sql, async (tx) => {
    const { no, ...told } = await lock(tx, id);
    await replaceSecret(tx, no, secret);
    await audit(ctx, tx, "webhook.secret_rotated", id, { before: told, after: told });
    return { ...(await findWebhook(tx, id))!, secret };
  });
}

async function lock(tx: Tx, id: string): Promise<Pick<WebhookRow, "no" | "url" | "events" | "enabled">> {
  const row = await lockWebhook(tx, id);
  if (!row) throw new NotFoundError("webhook", id);
  return row;
}
