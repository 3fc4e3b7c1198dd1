import { routes } from "@/app/api/routes";
import { webhookOperations } from "@/lib/contract/operations/webhooks";
import { env } from "@/lib/env";
import { handle } from "@/lib/http/operations";
import { deleteWebhook } from "@/lib/services/webhooks/delete-webhook";
import { getWebhook } from "@/lib/services/webhooks/get-webhook";
import { updateWebhook } from "@/lib/services/webhooks/update-webhook";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(webhookOperations.getWebhook, ({ ctx, id }) => getWebhook(ctx, id)),
  handle(webhookOperations.updateWebhook, ({ ctx, id, body }) =>
    updateWebhook(ctx, id, body, { allowPrivate: env().WEBHOOK_PRIVATE === "on" }),
  ),
  handle(webhookOperations.deleteWebhook, ({ ctx, id }) => deleteWebhook(ctx, id)),
);
