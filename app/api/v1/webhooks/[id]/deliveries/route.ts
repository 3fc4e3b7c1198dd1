import { routes } from "@/app/api/routes";
import { webhookOperations } from "@/lib/contract/operations/webhooks";
import { handle } from "@/lib/http/operations";
import { listWebhookDeliveries } from "@/lib/services/webhooks/list-webhook-deliveries";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(webhookOperations.listWebhookDeliveries, ({ ctx, id, query }) => listWebhookDeliveries(ctx, id, query)),
);
