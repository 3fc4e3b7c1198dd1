import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { handle } from "@/lib/http/operations";
import { presentBoard } from "@/lib/http/present/dispatch";
import { getBoard } from "@/lib/services/dispatches/lists/get-board";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.getBoard, async ({ ctx, query, locale }) =>
    presentBoard(await getBoard(ctx, query), locale),
  ),
);
