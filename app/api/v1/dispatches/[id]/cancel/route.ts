import { routes } from "@/app/api/routes";
import { json } from "@/lib/http/answers";
import { cancelDispatch } from "@/lib/services/dispatches/cancel-dispatch";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: async ({ ctx, locale, id }) => {
    await cancelDispatch(ctx, id("dispatch"));
    return json(await getDispatch(ctx, id("dispatch"), locale));
  },
});
