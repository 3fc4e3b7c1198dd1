import { routes } from "@/app/api/routes";
import { installationOperations } from "@/lib/contract/operations/installation";
import { handle } from "@/lib/http/operations";
import { acknowledgePart, getAcknowledgements } from "@/lib/services/health/acknowledge-part";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(installationOperations.getAcknowledgements, async ({ ctx }) => ({
    items: await getAcknowledgements(ctx),
  })),
  handle(installationOperations.acknowledgePart, async ({ ctx, body }) => acknowledgePart(ctx, body)),
);
