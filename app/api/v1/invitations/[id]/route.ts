import { noContent } from "@/lib/http/answers";
import { withdrawInvitation } from "@/lib/services/withdraw-invitation";
import { requireSessions, routes } from "../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: async ({ ctx, id }) => {
    requireSessions();
    await withdrawInvitation(ctx, id("invitation"));
    return noContent();
  },
});
