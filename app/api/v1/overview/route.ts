import { overviewQuerySchema } from "@/lib/contract/overview";
import { taggedJson } from "@/lib/http/answers";
import { getOverview } from "@/lib/services/get-overview";
import { routes } from "../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, request, locale, query }) => taggedJson(request, await getOverview(ctx, query(overviewQuerySchema), locale)),
});
