import { v7 as uuidv7 } from "uuid";
import { findInvitation, takeInvitation } from "@/db/access/invitations";
import { forgetCounts } from "@/db/access/request-limits";
import { deleteSessions, findUser, insertUser, lockUser, setPassword } from "@/db/access/users";
import { transaction } from "@/db/client";
import type { InvitationAccept, InvitationAccepted, InvitationPurpose } from "@/lib/contract/access/user";
import { ConflictError, type FieldError, NotFoundError, ValidationError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import type { Context } from "@/lib/services/context";
import { sha256 } from "@/lib/services/secrets";
import { countsOf } from "./limit-sign-in";
import { hashPassword } from "./passwords";
import { requireStrongPassword } from "./require-strong-password";

/** Tells what a link is for; null when it no longer works. Anybody who has the link may ask. */
export async function readInvitation(ctx: Context, token: string): Promise<InvitationPurpose | null> {
  const found = await findInvitation(ctx.db.sql, sha256(token));
  return found ? { isNew: found.userId === null, role: found.role, email: found.email } : null;
}

/**
 * Makes the user that a link invites, or sets the password it is for. The link is all that a caller
 * needs. The same transaction uses it up: of two callers at once, one comes in.
 * @throws ValidationError, also when the invitation is for another address, NotFoundError when the
 * link does not work (any longer), ConflictError when the e-mail address is another's
 */
export async function acceptInvitation(ctx: Context, input: InvitationAccept): Promise<InvitationAccepted> {
  // Hashing takes a while on purpose: not within a transaction, and not for a caller without a
  // link.
  const tokenSha256 = sha256(input.token);
  const found = await findInvitation(ctx.db.sql, tokenSha256);
  if (!found) throw new NotFoundError("invitation", "");
  const { name, email } = found.userId === null ? newcomer(input, found.email) : { name: "", email: "" };
  const owner = found.userId === null ? { name, email } : await findUser(ctx.db.sql, found.userId);
  await requireStrongPassword(input.password, owner ? [owner.name, owner.email] : [], "/password");
  const passwordHash = await hashPassword(input.password);
  return transaction(ctx.db.sql, async (tx) => {
    const invitation = await takeInvitation(tx, tokenSha256);
    if (!invitation) throw new NotFoundError("invitation", "");
    if (invitation.userId !== null) {
      const user = await lockUser(tx, invitation.userId);
      if (!user) throw new NotFoundError("invitation", "");
      await setPassword(tx, user.id, uuidv7(), passwordHash);
      // Signs out everybody who knew the old password.
      await deleteSessions(tx, user.id);
      // Earlier guesses must not keep the owner waiting.
      await forgetCounts(tx, countsOf(user.email));
      // The actor is unknown: anybody with the link.
      const actor = { ...ctx.actor, name: `link by ${invitation.createdBy}` };
      await audit({ actor }, tx, "user.password_set", user.id, { after: { email: user.email } });
      return { email: user.email };
    }
    const user = await insertUser(tx, {
      id: uuidv7(),
      accountId: uuidv7(),
      name,
      email,
      role: invitation.role,
      passwordHash,
    });
    if (!user) throw new ConflictError("email_taken", { email });
    const after = { name, email, role: user.role, invited_by: invitation.createdBy };
    await audit({ actor: { ...ctx.actor, name: email } }, tx, "user.joined", user.id, { after });
    return { email };
  });
}

/** The new user has the address that was invited, whatever the body says. */
function newcomer(input: InvitationAccept, invited: string | null): { name: string; email: string } {
  const { name, email = invited } = input;
  const errors: FieldError[] = Object.entries({ name, email })
    .filter(([, value]) => !value)
    .map(([field]) => ({ pointer: `/${field}`, code: "required" }));
  if (invited !== null && email !== invited)
    errors.push({ pointer: "/email", code: "email_invited", params: { email: invited } });
  if (errors.length > 0) throw new ValidationError(errors);
  return { name: name!, email: email! };
}
