import { routes } from "@/app/api/routes";
import { ifMatchSchema } from "@/lib/contract/dispatches/dispatch";
import { json, noContent, taggedJson } from "@/lib/http/answers";
import { parse } from "@/lib/http/problem";
import { deleteDispatch } from "@/lib/services/dispatches/delete-dispatch";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";
import { updateDispatch } from "@/lib/services/dispatches/update-dispatch";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, request, locale, id }) => taggedJson(request, await getDispatch(ctx, id("dispatch"), locale)),
  PATCH: async ({ ctx, request, locale, id, json: body }) => {
    const version = parse(ifMatchSchema, request.headers.get("if-match") ?? "*");
    return json(await updateDispatch(ctx, id("dispatch"), await body(), version, locale));
  },
  DELETE: async ({ ctx, id }) => {
    await deleteDispatch(ctx, id("dispatch"));
    return noContent();
  },
});
