import { routes } from "@/app/api/routes";
import { accountOperations } from "@/lib/contract/operations/account";
import { env } from "@/lib/env";
import { handle } from "@/lib/http/operations";
import { presentSession } from "@/lib/http/present/session";
import { endOtherSessions } from "@/lib/services/access/end-sessions";
import { listSessions } from "@/lib/services/access/list-sessions";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(accountOperations.listSessions, async ({ ctx }) => ({
    items: (await listSessions(ctx, { idleMinutes: env().SESSION_IDLE_MINUTES })).map(presentSession),
  })),
  handle(accountOperations.endOtherSessions, ({ ctx }) => endOtherSessions(ctx)),
);
