import { routes } from "@/app/api/routes";
import { installationOperations } from "@/lib/contract/operations/installation";
import { engineHealth } from "@/lib/http/health";
import { handle } from "@/lib/http/operations";
import { getStatus } from "@/lib/services/health/get-status";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(installationOperations.getStatus, ({ ctx, locale }) => getStatus(ctx, engineHealth, locale)),
);
