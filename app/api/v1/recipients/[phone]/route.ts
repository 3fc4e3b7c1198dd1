import { routes } from "@/app/api/routes";
import { recipientPutSchema } from "@/lib/contract/audience/recipient";
import { json, noContent } from "@/lib/http/answers";
import { deleteRecipient } from "@/lib/services/audience/delete-recipient";
import { getRecipient } from "@/lib/services/audience/get-recipient";
import { putRecipient } from "@/lib/services/audience/put-recipient";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, param }) => json(await getRecipient(ctx, param("phone"))),
  PUT: async ({ ctx, param, json: body }) => {
    const { recipient, created } = await putRecipient(ctx, param("phone"), await body(recipientPutSchema));
    return json(recipient, created ? 201 : 200);
  },
  DELETE: async ({ ctx, param }) => {
    await deleteRecipient(ctx, param("phone"));
    return noContent();
  },
});
