import { messageListQuerySchema } from "@/lib/contract/message";
import { json } from "@/lib/http/answers";
import { listMessages } from "@/lib/services/list-messages";
import { routes } from "../../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, id, query }) => json(await listMessages(ctx, id("dispatch"), query(messageListQuerySchema))),
});
