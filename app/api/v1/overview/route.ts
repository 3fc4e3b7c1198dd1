import { routes } from "@/app/api/routes";
import { installationOperations } from "@/lib/contract/operations/installation";
import { handle } from "@/lib/http/operations";
import { getOverview } from "@/lib/services/health/get-overview";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(installationOperations.getOverview, ({ ctx, query, locale }) => getOverview(ctx, query, locale)),
);
