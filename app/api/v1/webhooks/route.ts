import { routes } from "@/app/api/routes";
import { pageQuerySchema } from "@/lib/contract/page";
import { webhookCreateSchema } from "@/lib/contract/webhooks/webhook";
import { env } from "@/lib/env";
import { json } from "@/lib/http/answers";
import { createWebhook } from "@/lib/services/webhooks/create-webhook";
import { listWebhooks } from "@/lib/services/webhooks/list-webhooks";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, query }) => json(await listWebhooks(ctx, query(pageQuerySchema))),
  POST: async ({ ctx, json: body }) =>
    json(await createWebhook(ctx, await body(webhookCreateSchema), { allowPrivate: env().WEBHOOK_PRIVATE === "on" }), 201),
});
