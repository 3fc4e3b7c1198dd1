import { routes } from "@/app/api/routes";
import { installationOperations } from "@/lib/contract/operations/installation";
import { handle } from "@/lib/http/operations";
import { setSending, toSendingAnswer } from "@/lib/services/sending/set-sending";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(installationOperations.getSending, ({ ctx }) => toSendingAnswer(ctx)),
  handle(installationOperations.setSending, async ({ ctx, body }) => {
    await setSending(ctx, body);
    return toSendingAnswer(ctx);
  }),
);
