import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { handle } from "@/lib/http/operations";
import { presentWhy } from "@/lib/http/present/message";
import { explainMessage } from "@/lib/services/dispatches/explain-message";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.explainMessage, async ({ ctx, id, phone, locale }) =>
    presentWhy(await explainMessage(ctx, id, phone), locale),
  ),
);
