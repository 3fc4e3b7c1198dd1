import { routes } from "@/app/api/routes";
import { webhookOperations } from "@/lib/contract/operations/webhooks";
import { env } from "@/lib/env";
import { handle } from "@/lib/http/operations";
import { presentWebhook } from "@/lib/http/present/webhook";
import { deleteWebhook } from "@/lib/services/webhooks/delete-webhook";
import { getWebhook } from "@/lib/services/webhooks/get-webhook";
import { updateWebhook } from "@/lib/services/webhooks/update-webhook";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(webhookOperations.getWebhook, async ({ ctx, id }) => presentWebhook(await getWebhook(ctx, id))),
  handle(webhookOperations.updateWebhook, async ({ ctx, id, body }) =>
    presentWebhook(await updateWebhook(ctx, id, body, { allowPrivate: env().WEBHOOK_PRIVATE === "on" })),
  ),
  handle(webhookOperations.deleteWebhook, ({ ctx, id }) => deleteWebhook(ctx, id)),
);
