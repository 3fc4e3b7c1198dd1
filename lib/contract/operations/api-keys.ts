import { apiKeyCreateSchema, apiKeySchema, newApiKeySchema } from "@/lib/contract/access/api-key";
import { pageOf, pageQuerySchema } from "@/lib/contract/page";
import { defineOperations } from "./operation";

export const apiKeyOperations = defineOperations({
  listApiKeys: {
    method: "get",
    path: "/api/v1/api-keys/",
    tag: "access",
    right: "keys:manage",
    summary: "List API keys",
    query: pageQuerySchema,
    answers: { 200: { description: "A page of keys, without what they are.", schema: pageOf(apiKeySchema) } },
    problems: [403],
  },
  createApiKey: {
    method: "post",
    path: "/api/v1/api-keys/",
    tag: "access",
    right: "keys:manage",
    summary: "Make an API key",
    body: { schema: apiKeyCreateSchema, example: { name: "shop", scopes: ["dispatches:write"] } },
    answers: { 201: { description: "The key: it is told this once.", schema: newApiKeySchema } },
    problems: [403],
  },
  revokeApiKey: {
    method: "delete",
    path: "/api/v1/api-keys/{id}/",
    tag: "access",
    right: "keys:manage",
    summary: "Revoke an API key",
    answers: { 204: { description: "It is refused from now on." } },
    problems: [403, 404],
  },
});
