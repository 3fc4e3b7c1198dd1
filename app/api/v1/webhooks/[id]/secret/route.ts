import { routes } from "@/app/api/routes";
import { webhookOperations } from "@/lib/contract/operations/webhooks";
import { handle } from "@/lib/http/operations";
import { presentNewWebhook } from "@/lib/http/present/webhook";
import { rotateWebhookSecret } from "@/lib/services/webhooks/update-webhook";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(webhookOperations.rotateWebhookSecret, async ({ ctx, id }) =>
    presentNewWebhook(await rotateWebhookSecret(ctx, id)),
  ),
);
