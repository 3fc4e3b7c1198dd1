import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { handle } from "@/lib/http/operations";
import { presentDispatch } from "@/lib/http/present/dispatch";
import { sendTest } from "@/lib/services/dispatches/send-test";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.sendTest, async ({ ctx, body, locale }) =>
    presentDispatch(await sendTest(ctx, body), locale),
  ),
);
