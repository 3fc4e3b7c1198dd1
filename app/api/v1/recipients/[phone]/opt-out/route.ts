import { routes } from "@/app/api/routes";
import { recipientOperations } from "@/lib/contract/operations/recipients";
import { handle } from "@/lib/http/operations";
import { presentRecipient } from "@/lib/http/present/recipient";
import { setOptOut } from "@/lib/services/audience/set-opt-out";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(recipientOperations.optOut, async ({ ctx, phone }) =>
    presentRecipient(await setOptOut(ctx, phone, true)),
  ),
  handle(recipientOperations.optIn, async ({ ctx, phone }) =>
    presentRecipient(await setOptOut(ctx, phone, false)),
  ),
);
