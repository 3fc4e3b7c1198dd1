import { Webhook } from "standardwebhooks";
import { transaction } from "@/db/client";
import {
  type Attempt,
  claimDelivery,
  disableWebhook,
  nextAttempt,
  settleDelivery,
} from "@/db/webhooks/webhooks";
import { redeliveryDelayMs } from "@/lib/domain/webhook";
import type { Settings } from "@/lib/env";
import { guardedPost } from "@/lib/gateways/guarded-post";
import { log } from "@/lib/log";
import { counterOf } from "@/lib/metrics";
import { audit } from "@/lib/services/audit";
import type { Context } from "@/lib/services/context";

/** Transmits a delivery. Never throws. Declared here, by its consumer. */
export type PostWebhook = (post: {
  url: string;
  headers: Record<string, string>;
  body: string;
}) => Promise<{ kind: "answered"; status: number } | { kind: "failed"; code: string }>;

/** The one of the product. */
export const openPost = ({ WEBHOOK_PRIVATE }: Settings): PostWebhook =>
  guardedPost({ allowPrivate: WEBHOOK_PRIVATE === "on" });

/** Longer than an attempt may take. */
const LEASE_MS = 60_000;
const GONE = 410;

const attemptsMade = counterOf({
  name: "carillon_webhook_attempts_total",
  help: "Attempts to deliver webhooks, by what came of them",
  labelNames: ["outcome"],
});

/**
 * Makes the next attempt of a due delivery that no other process works on, signed as Standard
 * Webhooks says (https://github.com/standard-webhooks/standard-webhooks). A delivery keeps its id,
 * for an attempt with a lost answer is repeated.
 * @returns the time of the next attempt (ISO); null: the delivery is over, or its webhook is
 * switched off
 */
export async function deliverWebhook(
  ctx: Context,
  id: string,
  post: PostWebhook,
): Promise<{ next: string | null }> {
  const { sql } = ctx.db;
  const attempt = await claimDelivery(sql, id, LEASE_MS);
  if (attempt) await make(ctx, attempt, post);
  return { next: (await nextAttempt(sql, id))?.toISOString() ?? null };
}

async function make(ctx: Context, attempt: Attempt, post: PostWebhook): Promise<void> {
  const { id, url, secrets, payload, attempts, nowMs } = attempt;
  const at = new Date(nowMs);
  const headers = {
    "content-type": "application/json",
    "user-agent": "Carillon",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(nowMs / 1000)),
    // Several, for a receiver that has not taken the newest secret yet.
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, at, payload)).join(" "),
  };
  const result = await post({ url, headers, body: payload });
  const status = result.kind === "answered" ? result.status : null;
  const isDelivered = status !== null && status >= 200 && status < 300;
  const isGone = status === GONE;
  await settleDelivery(ctx.db.sql, attempt, {
    isDelivered,
    status,
    error: result.kind === "failed" ? result.code : null,
    delayMs: isGone ? undefined : redeliveryDelayMs(attempts),
  });
  attemptsMade.inc({
    outcome: isDelivered ? "delivered" : result.kind === "answered" ? "refused" : "failed",
  });
  if (!isDelivered) log.warn({ delivery: id, attempts, ...result }, "a webhook was not delivered");
  if (isGone) await switchOff(ctx, id);
}

/** 410 Gone asks senders to stop. */
async function switchOff(ctx: Context, deliveryId: string): Promise<void> {
  await transaction(ctx.db.sql, async (tx) => {
    const id = await disableWebhook(tx, deliveryId, "gone");
    if (!id) return;
    const after = { enabled: false, reason: "gone" };
    await audit(ctx, tx, "webhook.disabled", id, { after });
  });
}
