import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { transaction } from "@/db/client";
import { findWebhook, insertWebhook, type WebhookRow } from "@/db/webhooks/webhooks";
import type { WebhookCreate } from "@/lib/contract/webhooks/webhook";
import { ValidationError } from "@/lib/domain/errors";
import { urlIssue } from "@/lib/gateways/guarded-post";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

/** 24 to 64 bytes in Base64 (https://github.com/standard-webhooks/standard-webhooks). */
export const newWebhookSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

/**
 * @throws ValidationError when no message may go to the address. Its name is looked up only at a
 *   delivery.
 */
export function requireWebhookUrl(url: string, allowPrivate: boolean): void {
  const code = urlIssue(url, allowPrivate);
  if (code) throw new ValidationError([{ pointer: "/url", code }]);
}

/** This answer shows the secret; afterwards it can only be replaced. @throws ValidationError */
export async function createWebhook(
  ctx: Context,
  input: WebhookCreate,
  { allowPrivate }: { allowPrivate: boolean },
): Promise<WebhookRow & { secret: string }> {
  requireRight(ctx, "webhooks:manage");
  requireWebhookUrl(input.url, allowPrivate);
  const secret = newWebhookSecret();
  const events = [...new Set(input.events)];
  const made = await transaction(ctx.db.sql, async (tx) => {
    const id = uuidv7();
    await insertWebhook(tx, { id, url: input.url, events, secret, createdBy: ctx.actor.name });
    const after = { url: input.url, events };
    await audit(ctx, tx, "webhook.created", id, { after });
    return (await findWebhook(tx, id))!;
  });
  return { ...made, secret };
}
