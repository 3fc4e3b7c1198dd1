import { routes } from "@/app/api/routes";
import { sendingPutSchema } from "@/lib/contract/sending/sending";
import { json, taggedJson } from "@/lib/http/answers";
import { setSending, toSendingAnswer } from "@/lib/services/sending/set-sending";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, request }) => taggedJson(request, await toSendingAnswer(ctx)),
  PUT: async ({ ctx, json: body }) => {
    await setSending(ctx, await body(sendingPutSchema));
    return json(await toSendingAnswer(ctx));
  },
});
