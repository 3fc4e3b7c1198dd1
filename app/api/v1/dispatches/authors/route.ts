import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { handle } from "@/lib/http/operations";
import { listAuthors } from "@/lib/services/dispatches/lists/list-authors";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.listAuthors, async ({ ctx }) => ({ items: await listAuthors(ctx) })),
);
