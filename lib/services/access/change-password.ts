import { v7 as uuidv7 } from "uuid";
import { deleteInvitationsFor } from "@/db/access/invitations";
import { deleteOtherSessions } from "@/db/access/sessions";
import { findPasswordHash, findUser, lockUser, setPassword } from "@/db/access/users";
import { transaction } from "@/db/client";
import type { PasswordChange } from "@/lib/contract/access/account";
import { ConflictError, TooManyAttemptsError, ValidationError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireOwnSession } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { auditRefusal } from "./audit-refusal";
import { openLimiter } from "./limiter";
import { hashPassword, verifyPassword } from "./passwords";
import { requireStrongPassword } from "./require-strong-password";

const WINDOW_S = 15 * 60;
/** A stranger at an open page must not be able to guess the password there. */
const ATTEMPTS = 10;

/**
 * Changes the caller's password. The caller gives the present one: an open page is not enough. All
 * other sessions end, also of strangers with the old password.
 * @throws ValidationError, TooManyAttemptsError
 */
export async function changePassword(ctx: Context, input: PasswordChange): Promise<void> {
  const { userId, session } = requireOwnSession(ctx);
  const { sql } = ctx.db;
  const tries = openLimiter(sql, { prefix: "password", points: ATTEMPTS, windowS: WINDOW_S });
  const { isAllowed, resetS } = await tries.count(userId);
  if (!isAllowed) throw new TooManyAttemptsError(resetS);
  const hash = await findPasswordHash(sql, userId);
  // Hashing takes a while on purpose: not within a transaction.
  if (!hash || !(await verifyPassword({ hash, password: input.current_password }))) {
    await auditRefusal(ctx, { action: "user.password_refused", subjectId: userId, reason: "wrong" });
    throw new ValidationError([{ pointer: "/current_password", code: "wrong_current_password" }]);
  }
  await tries.forget(userId);
  const { name, email } = (await findUser(sql, userId))!;
  await requireStrongPassword(input.new_password, [name, email], "/new_password");
  const passwordHash = await hashPassword(input.new_password);
  await transaction(sql, async (tx) => {
    await lockUser(tx, userId);
    // Of two at once with the same present password, one is right.
    if ((await findPasswordHash(tx, userId)) !== hash) throw new ConflictError("password_changed");
    await setPassword(tx, userId, uuidv7(), passwordHash);
    await deleteInvitationsFor(tx, email);
    const after = { sessions_ended: await deleteOtherSessions(tx, userId, session) };
    await audit(ctx, tx, "user.password_changed", userId, { after });
  });
}
