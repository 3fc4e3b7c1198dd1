import { receiptsSchema } from "@/lib/contract/receipt";
import { json } from "@/lib/http/answers";
import { recordReceipts } from "@/lib/services/record-receipts";
import { routes } from "../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: async ({ ctx, json: body }) => json({ changed: await recordReceipts(ctx, await body(receiptsSchema)) }),
});
