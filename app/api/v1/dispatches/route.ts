import { routes } from "@/app/api/routes";
import { dispatchListQuerySchema } from "@/lib/contract/dispatches/dispatch";
import { json, taggedJson } from "@/lib/http/answers";
import { missingRightIs401 } from "@/lib/http/problem";
import { createDispatch } from "@/lib/services/dispatches/create-dispatch";
import { listDispatches } from "@/lib/services/dispatches/list-dispatches";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, request, locale, query }) => taggedJson(request, await listDispatches(ctx, query(dispatchListQuerySchema), locale)),
  POST: async ({ ctx, request, locale, json: body }) => {
    const dispatch = await createDispatch(ctx, await body(), request.headers.get("idempotency-key"), locale).catch(missingRightIs401);
    return json(dispatch, 201, { location: `/api/v1/dispatches/${dispatch.id}/` });
  },
});
