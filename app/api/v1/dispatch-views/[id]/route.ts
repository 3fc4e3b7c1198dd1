import { routes } from "@/app/api/routes";
import { viewOperations } from "@/lib/contract/operations/views";
import { handle } from "@/lib/http/operations";
import { presentView } from "@/lib/http/present/view";
import { deleteView } from "@/lib/services/dispatches/lists/delete-view";
import { updateView } from "@/lib/services/dispatches/lists/update-view";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(viewOperations.updateView, async ({ ctx, id, body }) =>
    presentView(await updateView(ctx, id, body)),
  ),
  handle(viewOperations.deleteView, ({ ctx, id }) => deleteView(ctx, id)),
);
