import { routes } from "@/app/api/routes";
import { json } from "@/lib/http/answers";
import { rotateWebhookSecret } from "@/lib/services/webhooks/update-webhook";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: async ({ ctx, id }) => json(await rotateWebhookSecret(ctx, id("webhook"))),
});
