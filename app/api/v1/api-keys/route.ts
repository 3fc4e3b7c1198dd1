import { routes } from "@/app/api/routes";
import { apiKeyOperations } from "@/lib/contract/operations/api-keys";
import { handle } from "@/lib/http/operations";
import { asIs, presentPage } from "@/lib/http/present/page";
import { createApiKey } from "@/lib/services/access/create-api-key";
import { listApiKeys } from "@/lib/services/access/list-api-keys";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(apiKeyOperations.listApiKeys, async ({ ctx, query }) => presentPage(await listApiKeys(ctx, query), asIs)),
  handle(apiKeyOperations.createApiKey, ({ ctx, body }) => createApiKey(ctx, body)),
);
