import { routes } from "@/app/api/routes";
import { json } from "@/lib/http/answers";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";
import { pauseDispatch } from "@/lib/services/dispatches/pause-dispatch";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: async ({ ctx, locale, id }) => {
    await pauseDispatch(ctx, id("dispatch"));
    return json(await getDispatch(ctx, id("dispatch"), locale));
  },
});
