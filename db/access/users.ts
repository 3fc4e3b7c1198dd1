import { and, desc, eq, isNull, sql as raw, type SQL } from "drizzle-orm";
import { clockNow, isBefore } from "@/db/builder";
import { orm, type Sql, type Tx } from "@/db/client";
import { accounts, sessions, users } from "@/db/schema/users";
import type { Role } from "@/lib/domain/rights";

export interface UserRow {
  no: number;
  id: string;
  name: string;
  email: string;
  role: Role;
  disabledAt: Date | null;
  createdAt: Date;
  /** When the newest of its sessions began. */
  lastSignInAt: Date | null;
}

const columns = {
  no: users.no,
  id: users.id,
  name: users.name,
  email: users.email,
  role: users.role,
  disabledAt: users.disabledAt,
  createdAt: users.createdAt,
  lastSignInAt: raw`(select max(s.created_at) from sessions s where s.user_id = ${users}.id)`.mapWith(
    (at: string): Date | null => new Date(at),
  ),
};

/** Newest first. */
export const listUsers = (sql: Sql, limit: number, before: number | null): Promise<UserRow[]> =>
  orm(sql).select(columns).from(users).where(isBefore(users.no, before)).orderBy(desc(users.no)).limit(limit);

/** The row and its lock. */
export async function lockUser(tx: Tx, id: string): Promise<UserRow | undefined> {
  const [row] = await orm(tx).select(columns).from(users).where(eq(users.id, id)).for("update");
  return row;
}

export const findUser = (sql: Sql | Tx, id: string): Promise<UserRow | undefined> =>
  findBy(sql, eq(users.id, id));
export const findUserByEmail = (sql: Sql | Tx, email: string): Promise<UserRow | undefined> =>
  findBy(sql, eq(users.email, email));

async function findBy(sql: Sql | Tx, isIt: SQL): Promise<UserRow | undefined> {
  const [row] = await orm(sql).select(columns).from(users).where(isIt);
  return row;
}

/**
 * One transaction at a time may take administrators away: two that disable one another would leave
 * none.
 */
export async function lockAdministrators(tx: Tx): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext('carillon.administrators'))`;
}

/** Is there an administrator who can sign in? */
export async function hasAdministrator(sql: Sql | Tx): Promise<boolean> {
  const isOne = and(eq(users.role, "admin"), isNull(users.disabledAt));
  return (await orm(sql).select({ no: users.no }).from(users).where(isOne).limit(1)).length > 0;
}

/**
 * With its password, in one transaction of the caller's. @returns undefined when the e-mail address
 * is another's
 */
export async function insertUser(
  tx: Tx,
  {
    id,
    accountId,
    name,
    email,
    role,
    passwordHash,
  }: { accountId: string; passwordHash: string } & Pick<UserRow, "id" | "name" | "email" | "role">,
): Promise<UserRow | undefined> {
  const user = { id, name, email, emailVerified: true, role };
  const [row] = await orm(tx)
    .insert(users)
    .values(user)
    .onConflictDoNothing({ target: users.email })
    .returning(columns);
  if (row) await setPassword(tx, id, accountId, passwordHash);
  return row;
}

/** Names of the sign-in library: a password is an account of this provider. */
const CREDENTIAL = "credential";

export async function setPassword(
  tx: Tx,
  userId: string,
  accountId: string,
  passwordHash: string,
): Promise<void> {
  await orm(tx)
    .insert(accounts)
    .values({ id: accountId, userId, accountId: userId, providerId: CREDENTIAL, password: passwordHash })
    .onConflictDoUpdate({
      target: [accounts.userId, accounts.providerId],
      set: { password: passwordHash, updatedAt: clockNow },
    });
}

const isPasswordOf = (userId: string) =>
  and(eq(accounts.userId, userId), eq(accounts.providerId, CREDENTIAL));

export async function findPasswordHash(sql: Sql | Tx, userId: string): Promise<string | undefined> {
  const [row] = await orm(sql)
    .select({ password: accounts.password })
    .from(accounts)
    .where(isPasswordOf(userId));
  return row?.password ?? undefined;
}

/** Stores the same password with another hash, unless the password was changed meanwhile. */
export async function replacePasswordHash(
  sql: Sql,
  userId: string,
  old: string,
  hash: string,
): Promise<void> {
  await orm(sql)
    .update(accounts)
    .set({ password: hash, updatedAt: clockNow })
    .where(and(isPasswordOf(userId), eq(accounts.password, old)));
}

export async function updateUser(
  tx: Tx,
  id: string,
  { role, isDisabled }: { role: Role; isDisabled: boolean },
): Promise<UserRow> {
  const disabledAt = isDisabled ? raw`coalesce(${users.disabledAt}, clock_now())` : null;
  const [row] = await orm(tx)
    .update(users)
    .set({ role, disabledAt, updatedAt: clockNow })
    .where(eq(users.id, id))
    .returning(columns);
  return row!;
}

/** Ends every session of a user at once. */
export async function deleteSessions(tx: Tx, userId: string): Promise<void> {
  await orm(tx).delete(sessions).where(eq(sessions.userId, userId));
}
