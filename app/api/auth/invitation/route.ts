import { plainRoutes, requireSessions } from "@/app/api/routes";
import { invitationAskSchema } from "@/lib/contract/access/user";
import { NotFoundError } from "@/lib/domain/errors";
import { json } from "@/lib/http/answers";
import { readInvitation } from "@/lib/services/access/accept-invitation";

/**
 * What a one-time link is for. Its token comes in the body: an address is written down on its way,
 * a body is not.
 */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = plainRoutes(
  {
    POST: async ({ ctx, json: body }) => {
      requireSessions();
      const found = await readInvitation(ctx, (await body(invitationAskSchema)).token);
      if (!found) throw new NotFoundError("invitation", "");
      return json(found);
    },
  },
  { isPublic: true },
);
