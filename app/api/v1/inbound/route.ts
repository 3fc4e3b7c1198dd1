import { routes } from "@/app/api/routes";
import { replyOperations } from "@/lib/contract/operations/replies";
import { handle } from "@/lib/http/operations";
import { presentPage } from "@/lib/http/present/page";
import { presentReply } from "@/lib/http/present/reply";
import { listReplies } from "@/lib/services/audience/list-replies";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(replyOperations.listReplies, async ({ ctx, query }) =>
    presentPage(await listReplies(ctx, query), presentReply),
  ),
);
