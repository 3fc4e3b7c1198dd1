import { routes } from "@/app/api/routes";
import { webhookOperations } from "@/lib/contract/operations/webhooks";
import { handle } from "@/lib/http/operations";
import { rotateWebhookSecret } from "@/lib/services/webhooks/update-webhook";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(webhookOperations.rotateWebhookSecret, ({ ctx, id }) => rotateWebhookSecret(ctx, id)),
);
