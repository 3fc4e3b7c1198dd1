import { json } from "@/lib/http/answers";
import { rotateWebhookSecret } from "@/lib/services/update-webhook";
import { routes } from "../../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: async ({ ctx, id }) => json(await rotateWebhookSecret(ctx, id("webhook"))),
});
