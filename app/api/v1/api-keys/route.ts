import { routes } from "@/app/api/routes";
import { apiKeyOperations } from "@/lib/contract/operations/api-keys";
import { handle } from "@/lib/http/operations";
import { presentApiKey, presentNewApiKey } from "@/lib/http/present/api-key";
import { presentPage } from "@/lib/http/present/page";
import { createApiKey } from "@/lib/services/access/create-api-key";
import { listApiKeys } from "@/lib/services/access/list-api-keys";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(apiKeyOperations.listApiKeys, async ({ ctx, query }) =>
    presentPage(await listApiKeys(ctx, query), presentApiKey),
  ),
  handle(apiKeyOperations.createApiKey, async ({ ctx, body }) =>
    presentNewApiKey(await createApiKey(ctx, body)),
  ),
);
