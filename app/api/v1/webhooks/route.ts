import { pageQuerySchema } from "@/lib/contract/page";
import { webhookCreateSchema } from "@/lib/contract/webhook";
import { env } from "@/lib/env";
import { json } from "@/lib/http/answers";
import { createWebhook } from "@/lib/services/create-webhook";
import { listWebhooks } from "@/lib/services/list-webhooks";
import { routes } from "../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, query }) => json(await listWebhooks(ctx, query(pageQuerySchema))),
  POST: async ({ ctx, json: body }) =>
    json(await createWebhook(ctx, await body(webhookCreateSchema), { allowPrivate: env().WEBHOOK_PRIVATE === "on" }), 201),
});
