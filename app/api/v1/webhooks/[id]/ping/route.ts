import { routes } from "@/app/api/routes";
import { json } from "@/lib/http/answers";
import { pingWebhook } from "@/lib/services/webhooks/send-delivery";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: async ({ ctx, id }) => json(await pingWebhook(ctx, id("webhook")), 202),
});
