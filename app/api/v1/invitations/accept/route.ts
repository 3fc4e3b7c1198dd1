import { requireSessions, routes } from "@/app/api/routes";
import { invitationAcceptSchema } from "@/lib/contract/access/user";
import { json } from "@/lib/http/answers";
import { acceptInvitation } from "@/lib/services/access/accept-invitation";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  {
    POST: async ({ ctx, json: body }) => {
      requireSessions();
      return json(await acceptInvitation(ctx, await body(invitationAcceptSchema)));
    },
  },
  { isPublic: true },
);
