import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { handle } from "@/lib/http/operations";
import { presentPreview } from "@/lib/http/present/preview";
import { previewDispatch } from "@/lib/services/dispatches/preview-dispatch";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.previewDispatch, async ({ ctx, query, body, locale }) =>
    presentPreview(await previewDispatch(ctx, body, query), locale),
  ),
);
