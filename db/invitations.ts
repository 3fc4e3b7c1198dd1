import type { Role } from "@/lib/domain/rights";
import type { Sql, Tx } from "./client";

export interface InvitationRow {
  no: number;
  role: Role;
  /** Whose password it sets; null: it makes a new user. */
  userId: string | null;
  /** ISO. */
  expiresAt: string;
}

const iso = (sql: Sql | Tx) => sql.unsafe(`to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

/** @param hours how long it holds */
export async function insertInvitation(
  tx: Tx,
  invitation: { tokenSha256: string; role: Role; userId: string | null; createdBy: string; hours: number },
): Promise<InvitationRow> {
  const [row] = await tx<InvitationRow[]>`
    insert into invitations (token_sha256, role, user_id, created_by, expires_at)
    values (${invitation.tokenSha256}, ${invitation.role}, ${invitation.userId}, ${invitation.createdBy},
      clock_now() + ${invitation.hours} * interval '1 hour')
    returning no, role, user_id as "userId", ${iso(tx)} as "expiresAt"`;
  return row!;
}

/** One that can still be used. */
export async function findInvitation(sql: Sql | Tx, tokenSha256: string): Promise<InvitationRow | undefined> {
  const [row] = await sql<InvitationRow[]>`
    select no, role, user_id as "userId", ${iso(sql)} as "expiresAt" from invitations
    where token_sha256 = ${tokenSha256} and used_at is null and expires_at > clock_now()`;
  return row;
}

/** Uses it up: of several at once, one gets it. @returns undefined when it was used, has expired or never was */
export async function takeInvitation(tx: Tx, tokenSha256: string): Promise<InvitationRow | undefined> {
  const [row] = await tx<InvitationRow[]>`
    update invitations set used_at = clock_now()
    where token_sha256 = ${tokenSha256} and used_at is null and expires_at > clock_now()
    returning no, role, user_id as "userId", ${iso(tx)} as "expiresAt"`;
  return row;
}

/** The links that the supervisor printed before: each start prints a new one, and only the newest may work. */
export async function deleteUnusedInvitations(tx: Tx, createdBy: string): Promise<void> {
  await tx`delete from invitations where created_by = ${createdBy} and used_at is null`;
}

/** A new link to set a password replaces the one before it. */
export async function deleteInvitationsOf(tx: Tx, userId: string): Promise<void> {
  await tx`delete from invitations where user_id = ${userId} and used_at is null`;
}
