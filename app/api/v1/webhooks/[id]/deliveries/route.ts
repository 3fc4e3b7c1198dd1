import { routes } from "@/app/api/routes";
import { pageQuerySchema } from "@/lib/contract/page";
import { json } from "@/lib/http/answers";
import { listWebhookDeliveries } from "@/lib/services/webhooks/list-webhook-deliveries";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, id, query }) => json(await listWebhookDeliveries(ctx, id("webhook"), query(pageQuerySchema))),
});
