import { routes } from "@/app/api/routes";
import { userOperations } from "@/lib/contract/operations/users";
import { handle } from "@/lib/http/operations";
import { createInvitation } from "@/lib/services/access/create-invitation";
import { listInvitations } from "@/lib/services/access/list-invitations";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(userOperations.listInvitations, ({ ctx, query }) => listInvitations(ctx, query)),
  handle(userOperations.createInvitation, ({ ctx, body }) => createInvitation(ctx, body)),
);
