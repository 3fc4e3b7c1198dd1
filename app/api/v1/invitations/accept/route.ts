import { invitationAcceptSchema } from "@/lib/contract/user";
import { json } from "@/lib/http/answers";
import { acceptInvitation } from "@/lib/services/accept-invitation";
import { requireSessions, routes } from "../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  {
    POST: async ({ ctx, json: body }) => {
      requireSessions();
      return json(await acceptInvitation(ctx, await body(invitationAcceptSchema)));
    },
  },
  { isPublic: true },
);
