import { routes } from "@/app/api/routes";
import { overviewQuerySchema } from "@/lib/contract/health/overview";
import { taggedJson } from "@/lib/http/answers";
import { getOverview } from "@/lib/services/health/get-overview";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, request, locale, query }) => taggedJson(request, await getOverview(ctx, query(overviewQuerySchema), locale)),
});
