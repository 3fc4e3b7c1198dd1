import { routes } from "@/app/api/routes";
import { json } from "@/lib/http/answers";
import { replayDelivery } from "@/lib/services/webhooks/send-delivery";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: async ({ ctx, id }) => json(await replayDelivery(ctx, id("webhook_delivery")), 202),
});
