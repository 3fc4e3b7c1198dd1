import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { handle } from "@/lib/http/operations";
import { listMessages } from "@/lib/services/dispatches/list-messages";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.listMessages, ({ ctx, id, query }) => listMessages(ctx, id, query)),
);
