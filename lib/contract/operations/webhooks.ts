import { z } from "zod";
import { pageOf, pageQuerySchema } from "@/lib/contract/page";
import {
  newWebhookSchema,
  webhookCreateSchema,
  webhookDeliverySchema,
  webhookSchema,
  webhookUpdateSchema,
} from "@/lib/contract/webhooks/webhook";
import { defineOperations } from "./operation";

const example = {
  url: "https://example.com/carillon",
  events: ["dispatch.completed", "dispatch.expired", "messages.failed"],
};
const told = z.object({ delivery: z.uuid() });

export const webhookOperations = defineOperations({
  listWebhooks: {
    method: "get",
    path: "/api/v1/webhooks/",
    tag: "webhooks",
    right: "webhooks:manage",
    summary: "List webhooks",
    query: pageQuerySchema,
    answers: {
      200: { description: "A page of webhooks, without their secrets.", schema: pageOf(webhookSchema) },
    },
    problems: [403],
  },
  createWebhook: {
    method: "post",
    path: "/api/v1/webhooks/",
    tag: "webhooks",
    right: "webhooks:manage",
    summary: "Have an address told what happens",
    description:
      "Each delivery is a POST of `{type, timestamp, data}` with the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`. Anything but 2xx is tried again for a day; 410 switches the webhook off. A delivery may come twice: its id is the same.",
    body: { schema: webhookCreateSchema, example },
    answers: {
      201: { description: "The webhook and its secret: it is told this once.", schema: newWebhookSchema },
    },
    problems: [403],
  },
  getWebhook: {
    method: "get",
    path: "/api/v1/webhooks/{id}/",
    tag: "webhooks",
    right: "webhooks:manage",
    summary: "Read a webhook",
    answers: { 200: { description: "The webhook.", schema: webhookSchema } },
    problems: [403, 404],
  },
  updateWebhook: {
    method: "patch",
    path: "/api/v1/webhooks/{id}/",
    tag: "webhooks",
    right: "webhooks:manage",
    summary: "Change a webhook, switch it off or on",
    description: "What waits for a webhook that is off waits on.",
    body: { schema: webhookUpdateSchema, example: { enabled: false } },
    answers: { 200: { description: "The webhook.", schema: webhookSchema } },
    problems: [403, 404],
  },
  deleteWebhook: {
    method: "delete",
    path: "/api/v1/webhooks/{id}/",
    tag: "webhooks",
    right: "webhooks:manage",
    summary: "Delete a webhook with its log",
    answers: { 204: { description: "It is gone." } },
    problems: [403, 404],
  },
  rotateWebhookSecret: {
    method: "post",
    path: "/api/v1/webhooks/{id}/secret/",
    tag: "webhooks",
    right: "webhooks:manage",
    summary: "Give a webhook a new secret",
    answers: { 200: { description: "The webhook and its new secret.", schema: newWebhookSchema } },
    problems: [403, 404],
  },
  pingWebhook: {
    method: "post",
    path: "/api/v1/webhooks/{id}/ping/",
    tag: "webhooks",
    right: "webhooks:manage",
    summary: "Send a test delivery",
    answers: { 202: { description: "It is on its way; the log says what came of it.", schema: told } },
    problems: [403, 404],
  },
  listWebhookDeliveries: {
    method: "get",
    path: "/api/v1/webhooks/{id}/deliveries/",
    tag: "webhooks",
    right: "webhooks:manage",
    summary: "What a webhook was told",
    query: pageQuerySchema,
    answers: { 200: { description: "A page of deliveries.", schema: pageOf(webhookDeliverySchema) } },
    problems: [403, 404],
  },
  replayDelivery: {
    method: "post",
    path: "/api/v1/webhook-deliveries/{id}/replay/",
    tag: "webhooks",
    right: "webhooks:manage",
    summary: "Send a delivery again",
    answers: { 202: { description: "It is on its way, under the same id.", schema: told } },
    problems: [403, 404],
  },
});
