import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { handle } from "@/lib/http/operations";
import { presentDispatch } from "@/lib/http/present/dispatch";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";
import { pauseDispatch } from "@/lib/services/dispatches/pause-dispatch";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.pauseDispatch, async ({ ctx, id, locale }) => {
    await pauseDispatch(ctx, id);
    return presentDispatch(await getDispatch(ctx, id), locale);
  }),
);
