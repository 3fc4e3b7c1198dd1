import { findUserByEmail } from "@/db/access/users";
import type { SignIn } from "@/lib/contract/access/user";
import { TooManyAttemptsError, UnauthenticatedError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import type { Context } from "@/lib/services/context";
import { auditRefusal } from "./audit-refusal";
import type { Sessions } from "./open-sessions";

/**
 * Begins a session, and notes who did or who was refused. @returns the headers that set its cookie
 * @throws UnauthenticatedError, TooManyAttemptsError
 */
export async function signIn(
  ctx: Context,
  sessions: Sessions,
  input: SignIn,
  request: Headers,
): Promise<Headers> {
  const user = await findUserByEmail(ctx.db.sql, input.email);
  try {
    const cookies = await sessions.signIn(input, request);
    await audit(
      { actor: { ...ctx.actor, name: input.email } },
      ctx.db.sql,
      "user.signed_in",
      user?.id ?? "unknown",
    );
    return cookies;
  } catch (error) {
    // An address that nobody has is not kept: people type passwords there.
    const refused = (reason: string) =>
      auditRefusal(ctx, { action: "user.sign_in_failed", subjectId: user?.id, reason });
    if (error instanceof UnauthenticatedError) await refused(user?.disabledAt ? "shut_out" : "wrong");
    if (error instanceof TooManyAttemptsError) await refused("throttled");
    throw error;
  }
}

/** Ends the session, if there is one. @returns the headers that take its cookie away */
export async function signOut(ctx: Context, sessions: Sessions, request: Headers): Promise<Headers> {
  const user = await sessions.userOf(request);
  const cookies = await sessions.signOut(request);
  if (user)
    await audit({ actor: { ...ctx.actor, name: user.email } }, ctx.db.sql, "user.signed_out", user.id);
  return cookies;
}
