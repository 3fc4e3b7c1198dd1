import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { handle } from "@/lib/http/operations";
import { presentDispatch } from "@/lib/http/present/dispatch";
import { presentPage } from "@/lib/http/present/page";
import { missingRightIs401 } from "@/lib/http/problem";
import { createDispatch } from "@/lib/services/dispatches/create-dispatch";
import { listDispatches } from "@/lib/services/dispatches/lists/list-dispatches";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.listDispatches, async ({ ctx, query, locale }) =>
    presentPage(await listDispatches(ctx, query), (dispatch) => presentDispatch(dispatch, locale)),
  ),
  handle(dispatchOperations.createDispatch, ({ ctx, headers, body, locale }) =>
    createDispatch(ctx, body, headers["Idempotency-Key"], (dispatch) =>
      presentDispatch(dispatch, locale),
    ).catch(missingRightIs401),
  ),
);
