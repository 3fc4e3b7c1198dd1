import { insertAudit } from "@/db/audit";
import type { Tx } from "@/db/client";
import { deleteInvitationsOf, deleteUnusedInvitations, insertInvitation } from "@/db/invitations";
import { findUserByEmail, hasAdministrator, lockUser } from "@/db/users";
import type { Invitation, InvitationCreate } from "@/lib/contract/user";
import { NotFoundError } from "@/lib/domain/errors";
import type { Role } from "@/lib/domain/rights";
import { requireRight } from "./authorize";
import type { Context } from "./context";
import { newToken, sha256 } from "./secrets";

const HOURS = 24;
/** Who made the links that the supervisor prints. */
const SETUP = "setup";

/** A link that works once, within a day, for somebody new or for a new password. It is in this answer alone. @throws NotFoundError */
export async function createInvitation(ctx: Context, input: InvitationCreate): Promise<Invitation> {
  requireRight(ctx, "users:manage");
  return ctx.db.sql.begin(async (tx) => {
    const user = input.user === undefined ? null : await lockUser(tx, input.user);
    if (user === undefined) throw new NotFoundError("user", input.user!);
    if (user) await deleteInvitationsOf(tx, user.id);
    const role = user?.role ?? input.role!;
    const invitation = await invite(tx, role, user?.id ?? null, ctx.actor.name);
    const after = { role, user: user?.email ?? null, expires_at: invitation.expires_at };
    await insertAudit(tx, {
      actor: ctx.actor.name,
      action: "invitation.created",
      subjectType: "user",
      subjectId: user?.id ?? "new",
      after,
    });
    return invitation;
  }) as Promise<Invitation>;
}

/** The link by which the first administrator comes in; null when there is one already. A link made at an earlier start ends with it. */
export function inviteFirstAdministrator(ctx: Context): Promise<Invitation | null> {
  return ctx.db.sql.begin(async (tx) => {
    await deleteUnusedInvitations(tx, SETUP);
    return (await hasAdministrator(tx)) ? null : invite(tx, "admin", null, SETUP);
  }) as Promise<Invitation | null>;
}

/** For whoever has the machine: a link to a new password of the user with this address, or null when nobody has it. */
export function inviteByEmail(ctx: Context, email: string): Promise<Invitation | null> {
  return ctx.db.sql.begin(async (tx) => {
    const user = await findUserByEmail(tx, email.trim().toLowerCase());
    return user ? invite(tx, user.role, user.id, SETUP) : null;
  }) as Promise<Invitation | null>;
}

async function invite(tx: Tx, role: Role, userId: string | null, createdBy: string): Promise<Invitation> {
  const token = newToken();
  const { expiresAt } = await insertInvitation(tx, { tokenSha256: sha256(token), role, userId, createdBy, hours: HOURS });
  return { path: `/setup?token=${token}`, expires_at: expiresAt };
}
