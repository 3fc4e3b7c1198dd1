import { routes } from "@/app/api/routes";
import { webhookOperations } from "@/lib/contract/operations/webhooks";
import { handle } from "@/lib/http/operations";
import { presentPage } from "@/lib/http/present/page";
import { presentDelivery } from "@/lib/http/present/webhook";
import { listWebhookDeliveries } from "@/lib/services/webhooks/list-webhook-deliveries";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(webhookOperations.listWebhookDeliveries, async ({ ctx, id, query }) =>
    presentPage(await listWebhookDeliveries(ctx, id, query), presentDelivery),
  ),
);
