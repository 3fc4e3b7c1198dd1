import { noContent } from "@/lib/http/answers";
import { revokeApiKey } from "@/lib/services/revoke-api-key";
import { routes } from "../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: async ({ ctx, id }) => {
    await revokeApiKey(ctx, id("api_key"));
    return noContent();
  },
});
