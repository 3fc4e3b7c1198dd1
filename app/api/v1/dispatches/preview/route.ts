import { previewQuerySchema } from "@/lib/contract/preview";
import { json } from "@/lib/http/answers";
import { previewDispatch } from "@/lib/services/preview-dispatch";
import { routes } from "../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: async ({ ctx, locale, query, json: body }) => json(await previewDispatch(ctx, await body(), query(previewQuerySchema), locale)),
});
