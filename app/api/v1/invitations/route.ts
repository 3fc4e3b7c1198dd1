import { routes } from "@/app/api/routes";
import { userOperations } from "@/lib/contract/operations/users";
import { handle } from "@/lib/http/operations";
import { presentInvitation, presentNewInvitation } from "@/lib/http/present/invitation";
import { presentPage } from "@/lib/http/present/page";
import { createInvitation } from "@/lib/services/access/create-invitation";
import { listInvitations } from "@/lib/services/access/list-invitations";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(userOperations.listInvitations, async ({ ctx, query }) =>
    presentPage(await listInvitations(ctx, query), presentInvitation),
  ),
  handle(userOperations.createInvitation, async ({ ctx, body }) =>
    presentNewInvitation(await createInvitation(ctx, body)),
  ),
);
