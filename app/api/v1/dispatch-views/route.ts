import { routes } from "@/app/api/routes";
import { viewOperations } from "@/lib/contract/operations/views";
import { handle } from "@/lib/http/operations";
import { presentPage } from "@/lib/http/present/page";
import { presentView } from "@/lib/http/present/view";
import { createView } from "@/lib/services/dispatches/lists/create-view";
import { listViews } from "@/lib/services/dispatches/lists/list-views";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(viewOperations.listViews, async ({ ctx, query }) =>
    presentPage(await listViews(ctx, query), presentView),
  ),
  handle(viewOperations.createView, async ({ ctx, body }) => presentView(await createView(ctx, body))),
);
