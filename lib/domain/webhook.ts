/**
 * The events that webhooks report: moves of dispatches; replies and opt-outs as they happen, except
 * those of imports; failures of messages, gathered every minute; and a test.
 */
export const webhookEvents = [
  "dispatch.opened",
  "dispatch.paused",
  "dispatch.resumed",
  "dispatch.reopened",
  "dispatch.completed",
  "dispatch.expired",
  "dispatch.cancelled",
  "messages.failed",
  "message.received",
  "recipient.opted_out",
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** `pending`: more attempts will follow. `failed`: we tried for a day. */
export const deliveryStatuses = ["pending", "delivered", "failed"] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

const MINUTE_S = 60;
const HOUR_S = 3_600;
/** Seconds from a failed attempt to the next. All together make a day. */
const delaysS = [
  5,
  30,
  2 * MINUTE_S,
  10 * MINUTE_S,
  30 * MINUTE_S,
  HOUR_S,
  2 * HOUR_S,
  4 * HOUR_S,
  8 * HOUR_S,
  8 * HOUR_S,
];

/**
 * The wait before the next attempt of a delivery, after so many attempts.
 * @returns milliseconds; undefined when there is no further attempt
 */
export function redeliveryDelayMs(attempts: number): number | undefined {
  const seconds = delaysS[attempts - 1];
  return seconds === undefined ? undefined : seconds * 1000;
}
