import { routes } from "@/app/api/routes";
import { accountOperations } from "@/lib/contract/operations/account";
import { handle } from "@/lib/http/operations";
import { endSession } from "@/lib/services/access/end-sessions";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(accountOperations.endSession, ({ ctx, id }) => endSession(ctx, id)),
);
