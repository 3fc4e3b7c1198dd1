import { type SendingAnswer, sendingPutSchema } from "@/lib/contract/sending";
import { json } from "@/lib/http/answers";
import { readSending, type Sending, setSending } from "@/lib/services/set-sending";
import { routes } from "../../routes";

const answer = ({ state, reason, changedAt, changedBy }: Sending): SendingAnswer => ({
  state,
  reason,
  changed_at: changedAt,
  changed_by: changedBy,
});

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx }) => json(answer(await readSending(ctx))),
  PUT: async ({ ctx, json: body }) => json(answer(await setSending(ctx, await body(sendingPutSchema)))),
});
