import { routes } from "@/app/api/routes";
import { recipientOperations } from "@/lib/contract/operations/recipients";
import { handle } from "@/lib/http/operations";
import { setOptOut } from "@/lib/services/audience/set-opt-out";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(recipientOperations.optOut, ({ ctx, phone }) => setOptOut(ctx, phone, true)),
  handle(recipientOperations.optIn, ({ ctx, phone }) => setOptOut(ctx, phone, false)),
);
