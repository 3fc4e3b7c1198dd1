import { routes } from "@/app/api/routes";
import { boardQuerySchema } from "@/lib/contract/dispatches/dispatch";
import { taggedJson } from "@/lib/http/answers";
import { getBoard } from "@/lib/services/dispatches/get-board";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, request, locale, query }) => taggedJson(request, await getBoard(ctx, query(boardQuerySchema), locale)),
});
