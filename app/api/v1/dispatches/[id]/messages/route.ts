import { routes } from "@/app/api/routes";
import { messageListQuerySchema } from "@/lib/contract/dispatches/message";
import { json } from "@/lib/http/answers";
import { listMessages } from "@/lib/services/dispatches/list-messages";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, id, query }) => json(await listMessages(ctx, id("dispatch"), query(messageListQuerySchema))),
});
