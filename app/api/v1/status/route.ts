import { routes } from "@/app/api/routes";
import { installationOperations } from "@/lib/contract/operations/installation";
import { engineHealth } from "@/lib/http/health";
import { handle } from "@/lib/http/operations";
import { presentStatus } from "@/lib/http/present/status";
import { getStatus } from "@/lib/services/health/get-status";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(installationOperations.getStatus, async ({ ctx, locale }) =>
    presentStatus(await getStatus(ctx, engineHealth), locale),
  ),
);
