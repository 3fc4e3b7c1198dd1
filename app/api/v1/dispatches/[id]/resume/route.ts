import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { handle } from "@/lib/http/operations";
import { presentDispatch } from "@/lib/http/present/dispatch";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";
import { resumeDispatch } from "@/lib/services/dispatches/resume-dispatch";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.resumeDispatch, async ({ ctx, id, locale }) => {
    await resumeDispatch(ctx, id);
    return presentDispatch(await getDispatch(ctx, id), locale);
  }),
);
