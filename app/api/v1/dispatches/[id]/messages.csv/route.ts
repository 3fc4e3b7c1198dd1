import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { handle } from "@/lib/http/operations";
import { messageTable } from "@/lib/http/present/message";
import { exportMessages } from "@/lib/services/dispatches/export-messages";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.exportMessages, ({ ctx, id, query }) =>
    exportMessages(ctx, id, query, messageTable(query)),
  ),
);
