import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { handle } from "@/lib/http/operations";
import { presentMessage } from "@/lib/http/present/message";
import { presentPage } from "@/lib/http/present/page";
import { listMessages } from "@/lib/services/dispatches/list-messages";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.listMessages, async ({ ctx, id, query }) =>
    presentPage(await listMessages(ctx, id, query), presentMessage),
  ),
);
