/**
 * What webhooks tell: moves of dispatches, answers and opt-outs as they happen (those of an import
 * are told to nobody), failures of messages gathered every minute, and a test.
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

/** `pending`: it is still to be tried; `failed`: it was tried for a day. */
export const deliveryStatuses = ["pending", "delivered", "failed"] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

const MINUTE_S = 60;
const HOUR_S = 3_600;
/** Seconds from a failed attempt to the next; all of them make a day. */
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
 * When a delivery is tried again that was tried so many times. @returns milliseconds; undefined:
 * not again
 */
export function redeliveryDelayMs(attempts: number): number | undefined {
  const seconds = delaysS[attempts - 1];
  return seconds === undefined ? undefined : seconds * 1000;
}
