import { v7 as uuidv7 } from "uuid";
import type { AuditActor } from "@/db/access/audit";
import {
  deleteInvitationsFor,
  deleteUnusedInvitations,
  type InvitationRow,
  insertInvitation,
} from "@/db/access/invitations";
import { findUserByEmail, hasAdministrator, lockAdministrators, lockUser } from "@/db/access/users";
import { type Tx, transaction } from "@/db/client";
import type { InvitationCreate } from "@/lib/contract/access/user";
import { ConflictError, ForbiddenError, NotFoundError } from "@/lib/domain/errors";
import { type Role, rightsOfRole } from "@/lib/domain/rights";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { newToken, sha256 } from "@/lib/services/secrets";
import { snapshotInvitation } from "./snapshots";

/** `path` is the address of the link on this server. */
export type NewInvitation = InvitationRow & { path: string };

const HOURS = 24;
/** The author of the links that the supervisor prints. */
const SETUP = "setup";
/** The author of links that were made by the command on the machine. */
const COMMAND_LINE = "command line";

/**
 * Makes a link that works once, within a day, for a new user or a new password, as long as its
 * author has the right. Only this answer has it.
 * @throws NotFoundError, ConflictError when somebody new is here already
 */
export async function createInvitation(ctx: Context, input: InvitationCreate): Promise<NewInvitation> {
  requireRight(ctx, "users:manage");
  return transaction(ctx.db.sql, async (tx) => {
    const createdById = await requireRightStill(ctx, tx);
    const { role, email, userId } =
      input.user === undefined ? await somebodyNew(tx, input) : await somebodyKnown(tx, input.user);
    await deleteInvitationsFor(tx, email);
    return invite(tx, ctx.actor, { role, email, userId, createdById });
  });
}

/**
 * An author who is shut out in this very moment must not leave a link behind.
 * @returns the calling user; null when the caller is none
 */
async function requireRightStill({ actor }: Context, tx: Tx): Promise<string | null> {
  if (actor.kind !== "user") return null;
  await lockAdministrators(tx);
  const author = await lockUser(tx, actor.id!);
  if (!author || author.disabledAt || !rightsOfRole(author.role).has("users:manage"))
    throw new ForbiddenError("missing_right", { right: "users:manage" });
  return author.id;
}

type Guest = Pick<InvitationRow, "role" | "userId"> & { email: string };

async function somebodyNew(tx: Tx, { role, email }: InvitationCreate): Promise<Guest> {
  if (await findUserByEmail(tx, email!)) throw new ConflictError("email_taken", { email: email! });
  return { role: role!, email: email!, userId: null };
}

async function somebodyKnown(tx: Tx, id: string): Promise<Guest> {
  const user = await lockUser(tx, id);
  if (!user) throw new NotFoundError("user", id);
  return { role: user.role, email: user.email, userId: user.id };
}

/**
 * The link by which the first administrator comes in; null when there is one already. A link made
 * at an earlier start ends with it.
 */
export function inviteFirstAdministrator(ctx: Context): Promise<NewInvitation | null> {
  return transaction(ctx.db.sql, async (tx) => {
    await deleteUnusedInvitations(tx, SETUP);
    const guest = { role: "admin" as const, email: null, userId: null };
    return (await hasAdministrator(tx)) ? null : invite(tx, { name: SETUP }, { ...guest, createdById: null });
  });
}

/**
 * For the command on the machine: a link to a new password of the user with this address, or null
 * when there is no such user.
 */
export function inviteByEmail(ctx: Context, email: string): Promise<NewInvitation | null> {
  return transaction(ctx.db.sql, async (tx) => {
    const user = await findUserByEmail(tx, email.trim().toLowerCase());
    if (!user) return null;
    return invite(
      tx,
      { name: COMMAND_LINE },
      { role: user.role, email: user.email, userId: user.id, createdById: null },
    );
  });
}

/** Notes every new link in the audit log, without the link itself. */
async function invite(
  tx: Tx,
  actor: AuditActor,
  guest: { role: Role; email: string | null; userId: string | null; createdById: string | null },
): Promise<NewInvitation> {
  const token = newToken();
  const row = await insertInvitation(tx, {
    ...guest,
    createdBy: actor.name,
    id: uuidv7(),
    tokenSha256: sha256(token),
    hours: HOURS,
  });
  await audit({ actor }, tx, "invitation.created", row.id, { after: snapshotInvitation(row) });
  return { ...row, path: `/setup#token=${token}` };
}
