import { routes } from "@/app/api/routes";
import { recipientOperations } from "@/lib/contract/operations/recipients";
import { handle } from "@/lib/http/operations";
import { presentPage } from "@/lib/http/present/page";
import { presentPersonMessage } from "@/lib/http/present/person";
import { listPersonMessages } from "@/lib/services/dispatches/list-person-messages";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(recipientOperations.listRecipientMessages, async ({ ctx, phone, query }) =>
    presentPage(await listPersonMessages(ctx, phone, query), presentPersonMessage),
  ),
);
