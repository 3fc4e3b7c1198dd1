import { listSessions as listRows } from "@/db/access/sessions";
import type { Session } from "@/lib/contract/access/account";
import { requireOwnSession } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

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
