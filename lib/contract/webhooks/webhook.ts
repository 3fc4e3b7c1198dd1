import { z } from "zod";
import { deliveryStatuses, webhookEvents } from "@/lib/domain/webhook";

const urlMax = 2_000;

export const webhookSchema = z.object({
  id: z.uuid(),
  url: z.string(),
  events: z.array(z.enum(webhookEvents)),
  enabled: z.boolean(),
  /**
   * Why it is switched off, when it was not a person who did it: `gone`, its address answered 410.
   */
  disabled_reason: z.enum(["gone"]).nullable(),
  created_by: z.string(),
  created_at: z.iso.datetime(),
  /** Of the delivery that was tried last. */
  last_delivery: z.object({ status: z.enum(deliveryStatuses), at: z.iso.datetime() }).nullable(),
  /** Deliveries that are still to be tried, up to 1,000. */
  pending: z.int(),
});
export type Webhook = z.output<typeof webhookSchema>;

/** The answers that have the secret. */
export const newWebhookSchema = webhookSchema.extend({ secret: z.string() });
export type NewWebhook = z.output<typeof newWebhookSchema>;

const LABEL = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?";
const PORT = "(:(\\d{1,4}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5]))?";
/** Names in other scripts are read, too; the documents promise this. */
const urlPattern = `^https?://(${LABEL}\\.)*[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?${PORT}([/?#][A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*)?$`;
const url = z
  .url({ protocol: /^https?$/, error: "webhook_url" })
  .max(urlMax, "webhook_url")
  .meta({ pattern: urlPattern });
const events = z
  .array(z.enum(webhookEvents, { error: "webhook_event" }), { error: "array" })
  .min(1, "webhook_events_empty")
  .max(webhookEvents.length, "webhook_event");

export const webhookCreateSchema = z.strictObject({ url, events });
export type WebhookCreate = z.output<typeof webhookCreateSchema>;

export const webhookUpdateSchema = z.strictObject({
  url: url.optional(),
  events: events.optional(),
  enabled: z.boolean({ error: "boolean" }).optional(),
});
export type WebhookUpdate = z.output<typeof webhookUpdateSchema>;

export const webhookDeliverySchema = z.object({
  id: z.uuid(),
  type: z.string(),
  status: z.enum(deliveryStatuses),
  attempts: z.int(),
  /** What the last attempt was answered with. */
  last_status: z.int().nullable(),
  /** Why it was not answered. */
  last_error: z.string().nullable(),
  created_at: z.iso.datetime(),
  next_attempt_at: z.iso.datetime().nullable(),
  delivered_at: z.iso.datetime().nullable(),
  /** The body, as it is sent. */
  payload: z.string(),
});
export type WebhookDelivery = z.output<typeof webhookDeliverySchema>;
