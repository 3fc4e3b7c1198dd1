import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { handle } from "@/lib/http/operations";
import { previewDispatch } from "@/lib/services/dispatches/preview-dispatch";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.previewDispatch, ({ ctx, query, body, locale }) => previewDispatch(ctx, body, query, locale)),
);
