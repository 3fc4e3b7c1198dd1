import type { Sql, Tx } from "@/db/client";
import { iso } from "@/db/sql";
import type { Role } from "@/lib/domain/rights";

export interface InvitationRow {
  no: number;
  id: string;
  role: Role;
  /** Whose password it sets; null: it makes a new user. */
  userId: string | null;
  /** Of whoever it is for; null: whoever has it says so. */
  email: string | null;
  createdBy: string;
  /** Instants are ISO. */
  createdAt: string;
  expiresAt: string;
}

const columns = (sql: Sql | Tx) => sql`
  no, id, role, user_id as "userId", email, created_by as "createdBy", ${iso(sql, "created_at")} as "createdAt", ${iso(sql, "expires_at")} as "expiresAt"`;

/** Those that can still be used. */
const isOpen = (sql: Sql | Tx) => sql`used_at is null and expires_at > clock_now()`;

/**
 * @param createdById whose rights it ends with; null: it needs nobody's
 * @param hours how long it holds
 */
export async function insertInvitation(
  tx: Tx,
  invitation: Pick<InvitationRow, "id" | "role" | "userId" | "email" | "createdBy"> & {
    tokenSha256: string;
    createdById: string | null;
    hours: number;
  },
): Promise<InvitationRow> {
  const [row] = await tx<InvitationRow[]>`
    insert into invitations (id, token_sha256, role, user_id, email, created_by, created_by_id, expires_at)
    values (${invitation.id}, ${invitation.tokenSha256}, ${invitation.role}, ${invitation.userId}, ${invitation.email}, ${invitation.createdBy},
      ${invitation.createdById}, clock_now() + ${invitation.hours} * interval '1 hour')
    returning ${columns(tx)}`;
  return row!;
}

/** Open ones, newest first. */
export function listInvitations(sql: Sql, limit: number, before: number | null): Promise<InvitationRow[]> {
  return sql<InvitationRow[]>`
    select ${columns(sql)} from invitations
    where ${isOpen(sql)} and (${before}::bigint is null or no < ${before}::bigint) order by no desc limit ${limit}`;
}

/** One that can still be used. */
export async function findInvitation(sql: Sql | Tx, tokenSha256: string): Promise<InvitationRow | undefined> {
  const [row] = await sql<InvitationRow[]>`
    select ${columns(sql)} from invitations where token_sha256 = ${tokenSha256} and ${isOpen(sql)}`;
  return row;
}

/** Uses it up: of several at once, one gets it. @returns undefined when it was used, has expired or never was */
export async function takeInvitation(tx: Tx, tokenSha256: string): Promise<InvitationRow | undefined> {
  const [row] = await tx<InvitationRow[]>`
    update invitations set used_at = clock_now() where token_sha256 = ${tokenSha256} and ${isOpen(tx)} returning ${columns(tx)}`;
  return row;
}

/** @returns undefined when it was used, has expired or never was */
export async function deleteInvitation(tx: Tx, id: string): Promise<InvitationRow | undefined> {
  const [row] = await tx<InvitationRow[]>`delete from invitations where id = ${id} and ${isOpen(tx)} returning ${columns(tx)}`;
  return row;
}

/** Those that somebody made. @returns the ones that could still be used */
export async function deleteInvitationsBy(tx: Tx, userId: string): Promise<InvitationRow[]> {
  return tx<InvitationRow[]>`
    delete from invitations where created_by_id = ${userId} and ${isOpen(tx)} returning ${columns(tx)}`;
}

/** The links that the supervisor printed before: each start prints a new one, and only the newest may work. */
export async function deleteUnusedInvitations(tx: Tx, createdBy: string): Promise<void> {
  await tx`delete from invitations where created_by = ${createdBy} and used_at is null`;
}

/** A new link for somebody replaces the one before it. */
export async function deleteInvitationsFor(tx: Tx, email: string): Promise<void> {
  await tx`delete from invitations where email = ${email} and used_at is null`;
}
