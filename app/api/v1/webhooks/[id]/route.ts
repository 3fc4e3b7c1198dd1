import { routes } from "@/app/api/routes";
import { webhookUpdateSchema } from "@/lib/contract/webhooks/webhook";
import { env } from "@/lib/env";
import { json, noContent } from "@/lib/http/answers";
import { deleteWebhook } from "@/lib/services/webhooks/delete-webhook";
import { getWebhook } from "@/lib/services/webhooks/get-webhook";
import { updateWebhook } from "@/lib/services/webhooks/update-webhook";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, id }) => json(await getWebhook(ctx, id("webhook"))),
  PATCH: async ({ ctx, id, json: body }) =>
    json(await updateWebhook(ctx, id("webhook"), await body(webhookUpdateSchema), { allowPrivate: env().WEBHOOK_PRIVATE === "on" })),
  DELETE: async ({ ctx, id }) => {
    await deleteWebhook(ctx, id("webhook"));
    return noContent();
  },
});
