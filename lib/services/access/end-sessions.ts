import { deleteOtherSessions, deleteSession } from "@/db/access/sessions";
import { transaction } from "@/db/client";
import { NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireOwnSession } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

/**
 * Signs out another device of the caller's: its next request is anonymous. @throws NotFoundError
 */
export async function endSession(ctx: Context, id: string): Promise<void> {
  const { userId } = requireOwnSession(ctx);
  await transaction(ctx.db.sql, async (tx) => {
    if (!(await deleteSession(tx, userId, id))) throw new NotFoundError("session", id);
    const after = { session: id };
    await audit(ctx, tx, "user.session_ended", userId, { after });
  });
}

/** Signs out every other device of the caller's. */
export async function endOtherSessions(ctx: Context): Promise<void> {
  const { userId, session } = requireOwnSession(ctx);
  await transaction(ctx.db.sql, async (tx) => {
    const after = { sessions_ended: await deleteOtherSessions(tx, userId, session) };
    await audit(ctx, tx, "user.session_ended", userId, { after });
  });
}
