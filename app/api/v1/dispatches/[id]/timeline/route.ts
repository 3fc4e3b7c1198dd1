import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { handle } from "@/lib/http/operations";
import { presentTimeline } from "@/lib/http/present/timeline";
import { getTimeline } from "@/lib/services/dispatches/get-timeline";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.getTimeline, async ({ ctx, id, locale }) =>
    presentTimeline(await getTimeline(ctx, id), locale),
  ),
);
