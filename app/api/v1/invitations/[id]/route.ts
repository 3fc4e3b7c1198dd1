import { requireSessions, routes } from "@/app/api/routes";
import { noContent } from "@/lib/http/answers";
import { withdrawInvitation } from "@/lib/services/access/withdraw-invitation";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: async ({ ctx, id }) => {
    requireSessions();
    await withdrawInvitation(ctx, id("invitation"));
    return noContent();
  },
});
