import { apiKeyCreateSchema } from "@/lib/contract/api-key";
import { pageQuerySchema } from "@/lib/contract/page";
import { json } from "@/lib/http/answers";
import { createApiKey } from "@/lib/services/create-api-key";
import { listApiKeys } from "@/lib/services/list-api-keys";
import { routes } from "../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, query }) => json(await listApiKeys(ctx, query(pageQuerySchema))),
  POST: async ({ ctx, json: body }) => json(await createApiKey(ctx, await body(apiKeyCreateSchema)), 201),
});
