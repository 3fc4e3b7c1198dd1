import { listSessions as listRows } from "@/db/sessions";
import type { Session } from "@/lib/contract/account";
import { requireOwnSession } from "./authorize";
import type { Context } from "./context";

/** Where one is signed in, the last used first. @param idleMinutes how long a session may go unused */
export async function listSessions(ctx: Context, { idleMinutes }: { idleMinutes: number }): Promise<{ items: Session[] }> {
  const { userId, session } = requireOwnSession(ctx);
  const rows = await listRows(ctx.db.sql, userId, idleMinutes);
  return {
    items: rows.map(({ id, userAgent, address, createdAt, lastSeenAt }) => ({
      id,
      is_current: id === session,
      user_agent: userAgent,
      address,
      created_at: createdAt,
      last_seen_at: lastSeenAt,
    })),
  };
}
