import { routes } from "@/app/api/routes";
import { sandboxMessagesQuerySchema } from "@/lib/contract/sending/sandbox";
import { env, hasSandbox } from "@/lib/env";
import { taggedJson } from "@/lib/http/answers";
import { HttpError } from "@/lib/http/problem";
import { listSandboxMessages } from "@/lib/services/sending/list-sandbox-messages";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, request, query }) => {
    // With a real gateway messages go to people's own phones, and there is nothing to look at here.
    if (!hasSandbox(env())) throw new HttpError(404, "not-found");
    return taggedJson(request, await listSandboxMessages(ctx, query(sandboxMessagesQuerySchema).phone));
  },
});
