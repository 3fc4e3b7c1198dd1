import { routes } from "@/app/api/routes";
import { webhookOperations } from "@/lib/contract/operations/webhooks";
import { env } from "@/lib/env";
import { handle } from "@/lib/http/operations";
import { asIs, presentPage } from "@/lib/http/present/page";
import { createWebhook } from "@/lib/services/webhooks/create-webhook";
import { listWebhooks } from "@/lib/services/webhooks/list-webhooks";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(webhookOperations.listWebhooks, async ({ ctx, query }) => presentPage(await listWebhooks(ctx, query), asIs)),
  handle(webhookOperations.createWebhook, ({ ctx, body }) => createWebhook(ctx, body, { allowPrivate: env().WEBHOOK_PRIVATE === "on" })),
);
