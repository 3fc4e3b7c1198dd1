import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { handle } from "@/lib/http/operations";
import { presentDispatch } from "@/lib/http/present/dispatch";
import { cancelDispatch } from "@/lib/services/dispatches/cancel-dispatch";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.cancelDispatch, async ({ ctx, id, locale }) => {
    await cancelDispatch(ctx, id);
    return presentDispatch(await getDispatch(ctx, id), locale);
  }),
);
