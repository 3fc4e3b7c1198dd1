import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { handle } from "@/lib/http/operations";
import { presentDispatch } from "@/lib/http/present/dispatch";
import { deleteDispatch } from "@/lib/services/dispatches/delete-dispatch";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";
import { updateDispatch } from "@/lib/services/dispatches/update-dispatch";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.getDispatch, async ({ ctx, id, locale }) =>
    presentDispatch(await getDispatch(ctx, id), locale),
  ),
  handle(dispatchOperations.updateDispatch, async ({ ctx, id, headers, body, locale }) =>
    presentDispatch(await updateDispatch(ctx, id, body, headers["If-Match"]), locale),
  ),
  handle(dispatchOperations.deleteDispatch, ({ ctx, id }) => deleteDispatch(ctx, id)),
);
