import { recipientListQuerySchema } from "@/lib/contract/recipient";
import { json } from "@/lib/http/answers";
import { listRecipients } from "@/lib/services/list-recipients";
import { routes } from "../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, query }) => json(await listRecipients(ctx, query(recipientListQuerySchema))),
});
