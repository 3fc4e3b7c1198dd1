import { routes } from "@/app/api/routes";
import { apiKeyOperations } from "@/lib/contract/operations/api-keys";
import { handle } from "@/lib/http/operations";
import { createApiKey } from "@/lib/services/access/create-api-key";
import { listApiKeys } from "@/lib/services/access/list-api-keys";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(apiKeyOperations.listApiKeys, ({ ctx, query }) => listApiKeys(ctx, query)),
  handle(apiKeyOperations.createApiKey, ({ ctx, body }) => createApiKey(ctx, body)),
);
