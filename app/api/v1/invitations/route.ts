import { pageQuerySchema } from "@/lib/contract/page";
import { invitationCreateSchema } from "@/lib/contract/user";
import { json } from "@/lib/http/answers";
import { createInvitation } from "@/lib/services/create-invitation";
import { listInvitations } from "@/lib/services/list-invitations";
import { requireSessions, routes } from "../../routes";

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
