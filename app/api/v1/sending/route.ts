import { routes } from "@/app/api/routes";
import { installationOperations } from "@/lib/contract/operations/installation";
import { handle } from "@/lib/http/operations";
import { presentSending } from "@/lib/http/present/sending";
import { getSending, setSending } from "@/lib/services/sending/set-sending";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(installationOperations.getSending, async ({ ctx }) => presentSending(await getSending(ctx))),
  handle(installationOperations.setSending, async ({ ctx, body }) => {
    await setSending(ctx, body);
    return presentSending(await getSending(ctx));
  }),
);
