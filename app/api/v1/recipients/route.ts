import { routes } from "@/app/api/routes";
import { recipientOperations } from "@/lib/contract/operations/recipients";
import { handle } from "@/lib/http/operations";
import { listRecipients } from "@/lib/services/audience/list-recipients";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(recipientOperations.listRecipients, ({ ctx, query }) => listRecipients(ctx, query)),
);
