import { and, desc, eq, gt, isNull, sql as raw } from "drizzle-orm";
import { clockNow, isBefore } from "@/db/builder";
import { orm, type Sql, type Tx } from "@/db/client";
import { invitations } from "@/db/schema/users";
import type { Role } from "@/lib/domain/rights";

export interface InvitationRow {
  no: number;
  id: string;
  role: Role;
  /** Whose password it sets; null: it makes a new user. */
  userId: string | null;
  /** The e-mail address that it is for; null: the user who opens the link enters one. */
  email: string | null;
  createdBy: string;
  createdAt: Date;
  expiresAt: Date;
}

const columns = {
  no: invitations.no,
  id: invitations.id,
  role: invitations.role,
  userId: invitations.userId,
  email: invitations.email,
  createdBy: invitations.createdBy,
  createdAt: invitations.createdAt,
  expiresAt: invitations.expiresAt,
};

/** Those that can still be used. */
const isOpen = and(isNull(invitations.usedAt), gt(invitations.expiresAt, clockNow));

/**
 * @param createdById the author, with whose right the link ends; null: made on the machine
 * @param hours how long it holds
 */
export async function insertInvitation(
  tx: Tx,
  {
    hours,
    ...invitation
  }: Pick<InvitationRow, "id" | "role" | "userId" | "email" | "createdBy"> & {
    tokenSha256: string;
    createdById: string | null;
    hours: number;
  },
): Promise<InvitationRow> {
  const expiresAt = raw`clock_now() + ${hours} * interval '1 hour'`;
  const [row] = await orm(tx)
    .insert(invitations)
    .values({ ...invitation, expiresAt })
    .returning(columns);
  return row!;
}

/** Open ones, newest first. */
export const listInvitations = (sql: Sql, limit: number, before: number | null): Promise<InvitationRow[]> =>
  orm(sql)
    .select(columns)
    .from(invitations)
    .where(and(isOpen, isBefore(invitations.no, before)))
    .orderBy(desc(invitations.no))
    .limit(limit);

/** One that can still be used. */
export async function findInvitation(sql: Sql | Tx, tokenSha256: string): Promise<InvitationRow | undefined> {
  const [row] = await orm(sql)
    .select(columns)
    .from(invitations)
    .where(and(eq(invitations.tokenSha256, tokenSha256), isOpen));
  return row;
}

/**
 * Uses a link up: of several callers at once, one gets it.
 * @returns undefined when it was used, has expired or never was
 */
export async function takeInvitation(tx: Tx, tokenSha256: string): Promise<InvitationRow | undefined> {
  const [row] = await orm(tx)
    .update(invitations)
    .set({ usedAt: clockNow })
    .where(and(eq(invitations.tokenSha256, tokenSha256), isOpen))
    .returning(columns);
  return row;
}

/** @returns undefined when it was used, has expired or never was */
export async function deleteInvitation(tx: Tx, id: string): Promise<InvitationRow | undefined> {
  const [row] = await orm(tx)
    .delete(invitations)
    .where(and(eq(invitations.id, id), isOpen))
    .returning(columns);
  return row;
}

/**
 * Ends the links of an author.
 * @returns those that could still be used
 */
export const deleteInvitationsBy = (tx: Tx, userId: string): Promise<InvitationRow[]> =>
  orm(tx)
    .delete(invitations)
    .where(and(eq(invitations.createdById, userId), isOpen))
    .returning(columns);

/**
 * The links that the supervisor printed before: each start prints a new one, and only the newest
 * may work.
 */
export async function deleteUnusedInvitations(tx: Tx, createdBy: string): Promise<void> {
  await orm(tx)
    .delete(invitations)
    .where(and(eq(invitations.createdBy, createdBy), isNull(invitations.usedAt)));
}

/** A new link for an address replaces the earlier one. */
export async function deleteInvitationsFor(tx: Tx, email: string): Promise<void> {
  await orm(tx)
    .delete(invitations)
    .where(and(eq(invitations.email, email), isNull(invitations.usedAt)));
}
