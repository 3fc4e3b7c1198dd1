import { routes } from "@/app/api/routes";
import { userOperations } from "@/lib/contract/operations/users";
import { handle } from "@/lib/http/operations";
import { acceptInvitation } from "@/lib/services/access/accept-invitation";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(userOperations.acceptInvitation, ({ ctx, body }) => acceptInvitation(ctx, body)),
);
