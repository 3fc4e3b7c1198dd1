import { routes } from "@/app/api/routes";
import { webhookOperations } from "@/lib/contract/operations/webhooks";
import { env } from "@/lib/env";
import { handle } from "@/lib/http/operations";
import { presentPage } from "@/lib/http/present/page";
import { presentNewWebhook, presentWebhook } from "@/lib/http/present/webhook";
import { createWebhook } from "@/lib/services/webhooks/create-webhook";
import { listWebhooks } from "@/lib/services/webhooks/list-webhooks";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(webhookOperations.listWebhooks, async ({ ctx, query }) =>
    presentPage(await listWebhooks(ctx, query), presentWebhook),
  ),
  handle(webhookOperations.createWebhook, async ({ ctx, body }) =>
    presentNewWebhook(await createWebhook(ctx, body, { allowPrivate: env().WEBHOOK_PRIVATE === "on" })),
  ),
);
