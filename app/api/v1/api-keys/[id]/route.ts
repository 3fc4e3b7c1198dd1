import { routes } from "@/app/api/routes";
import { apiKeyOperations } from "@/lib/contract/operations/api-keys";
import { handle } from "@/lib/http/operations";
import { revokeApiKey } from "@/lib/services/access/revoke-api-key";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(apiKeyOperations.revokeApiKey, ({ ctx, id }) => revokeApiKey(ctx, id)),
);
