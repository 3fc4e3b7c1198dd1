import { routes } from "@/app/api/routes";
import { testSendSchema } from "@/lib/contract/dispatches/dispatch";
import { json } from "@/lib/http/answers";
import { sendTest } from "@/lib/services/dispatches/send-test";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: async ({ ctx, locale, json: body }) => {
    const dispatch = await sendTest(ctx, await body(testSendSchema), locale);
    return json(dispatch, 201, { location: `/api/v1/dispatches/${dispatch.id}/` });
  },
});
