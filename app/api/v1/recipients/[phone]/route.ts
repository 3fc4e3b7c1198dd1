import { routes } from "@/app/api/routes";
import { recipientOperations } from "@/lib/contract/operations/recipients";
import { handle } from "@/lib/http/operations";
import { presentRecipient } from "@/lib/http/present/recipient";
import { deleteRecipient } from "@/lib/services/audience/delete-recipient";
import { eraseRecipient } from "@/lib/services/audience/erase-recipient";
import { getRecipient } from "@/lib/services/audience/get-recipient";
import { patchRecipient, putRecipient } from "@/lib/services/audience/put-recipient";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(recipientOperations.getRecipient, async ({ ctx, phone }) =>
    presentRecipient(await getRecipient(ctx, phone)),
  ),
  handle(recipientOperations.putRecipient, async ({ ctx, phone, body }) => {
    const { recipient, created } = await putRecipient(ctx, phone, body);
    return { status: created ? 201 : 200, value: presentRecipient(recipient) } as const;
  }),
  handle(recipientOperations.patchRecipient, async ({ ctx, phone, body }) =>
    presentRecipient(await patchRecipient(ctx, phone, body)),
  ),
  handle(recipientOperations.deleteRecipient, ({ ctx, phone, query }) =>
    query.erase ? eraseRecipient(ctx, phone) : deleteRecipient(ctx, phone),
  ),
);
