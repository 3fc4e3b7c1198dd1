import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { handle } from "@/lib/http/operations";
import { presentRetried } from "@/lib/http/present/dispatch";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";
import { retryFailed } from "@/lib/services/dispatches/retry-failed";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.retryFailed, async ({ ctx, id, locale }) => {
    const retried = await retryFailed(ctx, id);
    return presentRetried(await getDispatch(ctx, id), retried, locale);
  }),
);
