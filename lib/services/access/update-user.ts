import { isDeepStrictEqual } from "node:util";
import {
  deleteSessions,
  hasAdministrator,
  lockAdministrators,
  lockUser,
  type UserRow,
  updateUser as writeUser,
} from "@/db/access/users";
import { transaction } from "@/db/client";
import type { UserUpdate } from "@/lib/contract/access/user";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { rightsOfRole } from "@/lib/domain/rights";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { withdrawInvitationsBy } from "./withdraw-invitation";

/**
 * Gives a user another role, shuts a user out or lets one in again. The change holds from the
 * user's next request on. Shutting a user out ends their sessions; losing the right to invite ends
 * their invitations.
 * @throws NotFoundError, ConflictError when nobody would be left who can let others in
 */
export async function updateUser(ctx: Context, id: string, input: UserUpdate): Promise<UserRow> {
  requireRight(ctx, "users:manage");
  return transaction(ctx.db.sql, async (tx) => {
    await lockAdministrators(tx);
    const row = await lockUser(tx, id);
    if (!row) throw new NotFoundError("user", id);
    const before = { role: row.role, disabled: row.disabledAt !== null };
    const after = { role: input.role ?? before.role, disabled: input.disabled ?? before.disabled };
    if (isDeepStrictEqual(before, after)) return row;
    const changed = await writeUser(tx, id, { role: after.role, isDisabled: after.disabled });
    if (!(await hasAdministrator(tx))) throw new ConflictError("last_administrator");
    if (after.disabled) await deleteSessions(tx, id);
    if (after.disabled || !rightsOfRole(after.role).has("users:manage"))
      await withdrawInvitationsBy(ctx, tx, id);
    await audit(ctx, tx, "user.updated", id, { before, after });
    return changed;
  });
}
