import { routes } from "@/app/api/routes";
import { viewOperations } from "@/lib/contract/operations/views";
import { handle } from "@/lib/http/operations";
import { deleteView } from "@/lib/services/dispatches/lists/delete-view";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(viewOperations.deleteView, ({ ctx, id }) => deleteView(ctx, id)),
);
