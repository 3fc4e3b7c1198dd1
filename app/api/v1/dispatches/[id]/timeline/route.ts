import { taggedJson } from "@/lib/http/answers";
import { getTimeline } from "@/lib/services/get-timeline";
import { routes } from "../../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, request, id, locale }) => taggedJson(request, await getTimeline(ctx, id("dispatch"), locale)),
});
