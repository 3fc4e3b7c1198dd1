import { routes } from "@/app/api/routes";
import { webhookOperations } from "@/lib/contract/operations/webhooks";
import { handle } from "@/lib/http/operations";
import { pingWebhook } from "@/lib/services/webhooks/send-delivery";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(webhookOperations.pingWebhook, ({ ctx, id }) => pingWebhook(ctx, id)),
);
