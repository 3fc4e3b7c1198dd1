import { noContent } from "@/lib/http/answers";
import { endSession } from "@/lib/services/end-sessions";
import { requireSessions, routes } from "../../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: async ({ ctx, id }) => {
    requireSessions();
    await endSession(ctx, id("session"));
    return noContent();
  },
});
