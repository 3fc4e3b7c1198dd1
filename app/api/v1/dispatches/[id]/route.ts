import { taggedJson } from "@/lib/http/answers";
import { getDispatch } from "@/lib/services/get-dispatch";
import { routes } from "../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, request, locale, id }) => taggedJson(request, await getDispatch(ctx, id("dispatch"), locale)),
});
