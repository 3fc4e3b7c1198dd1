import { routes } from "@/app/api/routes";
import { textOf } from "@/lib/contract/texts";
import { json } from "@/lib/http/answers";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";
import { retryFailed } from "@/lib/services/dispatches/retry-failed";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: async ({ ctx, locale, id }) => {
    const { retried, left } = await retryFailed(ctx, id("dispatch"));
    const dispatch = await getDispatch(ctx, id("dispatch"), locale);
    return json({
      ...dispatch,
      retried,
      left: left.map(({ code, count, fault }) => ({ code, count, detail: textOf(locale, `left.${fault}`) })),
    });
  },
});
