import { routes } from "@/app/api/routes";
import { recipientListQuerySchema } from "@/lib/contract/audience/recipient";
import { json } from "@/lib/http/answers";
import { listRecipients } from "@/lib/services/audience/list-recipients";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, query }) => json(await listRecipients(ctx, query(recipientListQuerySchema))),
});
