import { routes } from "@/app/api/routes";
import { previewQuerySchema } from "@/lib/contract/dispatches/preview";
import { json } from "@/lib/http/answers";
import { previewDispatch } from "@/lib/services/dispatches/preview-dispatch";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: async ({ ctx, locale, query, json: body }) => json(await previewDispatch(ctx, await body(), query(previewQuerySchema), locale)),
});
