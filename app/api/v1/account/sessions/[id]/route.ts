import { requireSessions, routes } from "@/app/api/routes";
import { noContent } from "@/lib/http/answers";
import { endSession } from "@/lib/services/access/end-sessions";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: async ({ ctx, id }) => {
    requireSessions();
    await endSession(ctx, id("session"));
    return noContent();
  },
});
