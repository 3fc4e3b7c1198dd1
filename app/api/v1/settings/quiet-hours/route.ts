import { routes } from "@/app/api/routes";
import { installationOperations } from "@/lib/contract/operations/installation";
import { handle } from "@/lib/http/operations";
import { presentQuietHours } from "@/lib/http/present/sending";
import { getQuietHours, setQuietHours } from "@/lib/services/sending/quiet-hours";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(installationOperations.getQuietHours, async ({ ctx }) =>
    presentQuietHours(await getQuietHours(ctx)),
  ),
  handle(installationOperations.setQuietHours, async ({ ctx, body }) =>
    presentQuietHours(await setQuietHours(ctx, body)),
  ),
);
