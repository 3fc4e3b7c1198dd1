import { routes } from "@/app/api/routes";
import { noContent } from "@/lib/http/answers";
import { revokeApiKey } from "@/lib/services/access/revoke-api-key";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: async ({ ctx, id }) => {
    await revokeApiKey(ctx, id("api_key"));
    return noContent();
  },
});
