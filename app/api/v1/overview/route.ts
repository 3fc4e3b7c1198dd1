import { routes } from "@/app/api/routes";
import { installationOperations } from "@/lib/contract/operations/installation";
import { handle } from "@/lib/http/operations";
import { presentOverview } from "@/lib/http/present/overview";
import { getOverview } from "@/lib/services/health/get-overview";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(installationOperations.getOverview, async ({ ctx, query, locale }) =>
    presentOverview(await getOverview(ctx, query), locale),
  ),
);
