import { routes } from "@/app/api/routes";
import { taggedJson } from "@/lib/http/answers";
import { getTimeline } from "@/lib/services/dispatches/get-timeline";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, request, id, locale }) => taggedJson(request, await getTimeline(ctx, id("dispatch"), locale)),
});
