import { boardQuerySchema } from "@/lib/contract/dispatch";
import { taggedJson } from "@/lib/http/answers";
import { getBoard } from "@/lib/services/get-board";
import { routes } from "../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, request, locale, query }) => taggedJson(request, await getBoard(ctx, query(boardQuerySchema), locale)),
});
