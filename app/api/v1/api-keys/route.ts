import { routes } from "@/app/api/routes";
import { apiKeyCreateSchema } from "@/lib/contract/access/api-key";
import { pageQuerySchema } from "@/lib/contract/page";
import { json } from "@/lib/http/answers";
import { createApiKey } from "@/lib/services/access/create-api-key";
import { listApiKeys } from "@/lib/services/access/list-api-keys";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, query }) => json(await listApiKeys(ctx, query(pageQuerySchema))),
  POST: async ({ ctx, json: body }) => json(await createApiKey(ctx, await body(apiKeyCreateSchema)), 201),
});
