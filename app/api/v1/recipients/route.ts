import { routes } from "@/app/api/routes";
import { recipientOperations } from "@/lib/contract/operations/recipients";
import { handle } from "@/lib/http/operations";
import { presentPage } from "@/lib/http/present/page";
import { presentRecipient } from "@/lib/http/present/recipient";
import { listRecipients } from "@/lib/services/audience/list-recipients";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(recipientOperations.listRecipients, async ({ ctx, query }) =>
    presentPage(await listRecipients(ctx, query), presentRecipient),
  ),
);
