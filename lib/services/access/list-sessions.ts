import { listSessions as listRows, type SessionRow } from "@/db/access/sessions";
import { requireOwnSession } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

/** A session of one's own. */
export interface OwnSession extends SessionRow {
  /** The one that asks. */
  isCurrent: boolean;
}

/**
 * Where one is signed in, the last used first. @param idleMinutes how long a session may go unused
 */
export async function listSessions(
  ctx: Context,
  { idleMinutes }: { idleMinutes: number },
): Promise<OwnSession[]> {
  const { userId, session } = requireOwnSession(ctx);
  const rows = await listRows(ctx.db.sql, userId, idleMinutes);
  return rows.map((row) => ({ ...row, isCurrent: row.id === session }));
}
