import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { textOf } from "@/lib/contract/texts";
import { handle } from "@/lib/http/operations";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";
import { retryFailed } from "@/lib/services/dispatches/retry-failed";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.retryFailed, async ({ ctx, id, locale }) => {
    const { retried, left } = await retryFailed(ctx, id);
    const dispatch = await getDispatch(ctx, id, locale);
    return { ...dispatch, retried, left: left.map(({ code, count, fault }) => ({ code, count, detail: textOf(locale, `left.${fault}`) })) };
  }),
);
