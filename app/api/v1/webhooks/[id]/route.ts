import { webhookUpdateSchema } from "@/lib/contract/webhook";
import { env } from "@/lib/env";
import { json, noContent } from "@/lib/http/answers";
import { deleteWebhook } from "@/lib/services/delete-webhook";
import { getWebhook } from "@/lib/services/get-webhook";
import { updateWebhook } from "@/lib/services/update-webhook";
import { routes } from "../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, id }) => json(await getWebhook(ctx, id("webhook"))),
  PATCH: async ({ ctx, id, json: body }) =>
    json(await updateWebhook(ctx, id("webhook"), await body(webhookUpdateSchema), { allowPrivate: env().WEBHOOK_PRIVATE === "on" })),
  DELETE: async ({ ctx, id }) => {
    await deleteWebhook(ctx, id("webhook"));
    return noContent();
  },
});
