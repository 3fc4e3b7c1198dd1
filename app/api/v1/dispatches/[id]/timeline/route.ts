import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { handle } from "@/lib/http/operations";
import { getTimeline } from "@/lib/services/dispatches/get-timeline";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.getTimeline, ({ ctx, id, locale }) => getTimeline(ctx, id, locale)),
);
