import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { handle } from "@/lib/http/operations";
import { getBoard } from "@/lib/services/dispatches/get-board";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.getBoard, ({ ctx, query, locale }) => getBoard(ctx, query, locale)),
);
