import { json } from "@/lib/http/answers";
import { getDispatch } from "@/lib/services/get-dispatch";
import { retryFailed } from "@/lib/services/retry-failed";
import { routes } from "../../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: async ({ ctx, locale, id }) => {
    await retryFailed(ctx, id("dispatch"));
    return json(await getDispatch(ctx, id("dispatch"), locale));
  },
});
