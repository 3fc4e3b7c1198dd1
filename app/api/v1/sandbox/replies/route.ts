import { routes } from "@/app/api/routes";
import { replyOperations } from "@/lib/contract/operations/replies";
import { env, sandboxName } from "@/lib/env";
import { handle } from "@/lib/http/operations";
import { replyBySandbox } from "@/lib/services/audience/reply-by-sandbox";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(replyOperations.replyBySandbox, ({ ctx, body }) => replyBySandbox(ctx, sandboxName(env()), body)),
);
