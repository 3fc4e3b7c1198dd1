import { json } from "@/lib/http/answers";
import { cancelDispatch } from "@/lib/services/cancel-dispatch";
import { getDispatch } from "@/lib/services/get-dispatch";
import { routes } from "../../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: async ({ ctx, locale, id }) => {
    await cancelDispatch(ctx, id("dispatch"));
    return json(await getDispatch(ctx, id("dispatch"), locale));
  },
});
