import { requireSessions, routes } from "@/app/api/routes";
import { invitationCreateSchema } from "@/lib/contract/access/user";
import { pageQuerySchema } from "@/lib/contract/page";
import { json } from "@/lib/http/answers";
import { createInvitation } from "@/lib/services/access/create-invitation";
import { listInvitations } from "@/lib/services/access/list-invitations";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, query }) => {
    requireSessions();
    return json(await listInvitations(ctx, query(pageQuerySchema)));
  },
  POST: async ({ ctx, json: body }) => {
    // Without sign-in anybody could make themselves an administrator for the day when there is.
    requireSessions();
    return json(await createInvitation(ctx, await body(invitationCreateSchema)), 201);
  },
});
