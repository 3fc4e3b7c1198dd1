import { requireSessions, routes } from "@/app/api/routes";
import { env } from "@/lib/env";
import { json, noContent } from "@/lib/http/answers";
import { endOtherSessions } from "@/lib/services/access/end-sessions";
import { listSessions } from "@/lib/services/access/list-sessions";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx }) => {
    requireSessions();
    return json(await listSessions(ctx, { idleMinutes: env().SESSION_IDLE_MINUTES }));
  },
  DELETE: async ({ ctx }) => {
    requireSessions();
    await endOtherSessions(ctx);
    return noContent();
  },
});
