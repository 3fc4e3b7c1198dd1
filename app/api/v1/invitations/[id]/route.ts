import { routes } from "@/app/api/routes";
import { userOperations } from "@/lib/contract/operations/users";
import { handle } from "@/lib/http/operations";
import { withdrawInvitation } from "@/lib/services/access/withdraw-invitation";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(userOperations.withdrawInvitation, ({ ctx, id }) => withdrawInvitation(ctx, id)),
);
