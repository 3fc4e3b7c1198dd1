import type { Sql, Tx } from "@/db/client";
import { iso } from "@/db/sql";
import type { Role } from "@/lib/domain/rights";

export interface UserRow {
  no: number;
  id: string;
  name: string;
  email: string;
  role: Role;
  /** Instants are ISO. */
  disabledAt: string | null;
  createdAt: string;
  /** When the newest of its sessions began. */
  lastSignInAt: string | null;
}

const columns = (sql: Sql | Tx) => sql`
  u.no, u.id, u.name, u.email, u.role, ${iso(sql, "u.disabled_at")} as "disabledAt", ${iso(sql, "u.created_at")} as "createdAt",
  ${iso(sql, "(select max(s.created_at) from sessions s where s.user_id = u.id)")} as "lastSignInAt"`;

/** Newest first. */
export function listUsers(sql: Sql, limit: number, before: number | null): Promise<UserRow[]> {
  return sql<UserRow[]>`
    select ${columns(sql)} from users u where ${before}::bigint is null or u.no < ${before}::bigint order by u.no desc limit ${limit}`;
}

/** The row and its lock. */
export async function lockUser(tx: Tx, id: string): Promise<UserRow | undefined> {
  const [row] = await tx<UserRow[]>`select ${columns(tx)} from users u where u.id = ${id} for update of u`;
  return row;
}

export async function findUser(sql: Sql | Tx, id: string): Promise<UserRow | undefined> {
  const [row] = await sql<UserRow[]>`select ${columns(sql)} from users u where u.id = ${id}`;
  return row;
}

export async function findUserByEmail(sql: Sql | Tx, email: string): Promise<UserRow | undefined> {
  const [row] = await sql<UserRow[]>`select ${columns(sql)} from users u where u.email = ${email}`;
  return row;
}

/** One transaction at a time may take administrators away: two that disable one another would leave none. */
export async function lockAdministrators(tx: Tx): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext('carillon.administrators'))`;
}

/** Is there anybody who can let others in? */
export async function hasAdministrator(sql: Sql | Tx): Promise<boolean> {
  const [row] = await sql<{ found: boolean }[]>`select exists (select from users where role = 'admin' and disabled_at is null) as found`;
  return row!.found;
}

/** With its password, in one transaction of the caller's. @returns undefined when the e-mail address is another's */
export async function insertUser(
  tx: Tx,
  user: { id: string; accountId: string; name: string; email: string; role: Role; passwordHash: string },
): Promise<UserRow | undefined> {
  const [made] = await tx`
    insert into users (id, name, email, email_verified, role) values (${user.id}, ${user.name}, ${user.email}, true, ${user.role})
    on conflict (email) do nothing returning id`;
  if (!made) return undefined;
  await setPassword(tx, user.id, user.accountId, user.passwordHash);
  const [row] = await tx<UserRow[]>`select ${columns(tx)} from users u where u.id = ${user.id}`;
  return row;
}

/** Names of the sign-in library: a password is an account of the provider `credential`. */
export async function setPassword(tx: Tx, userId: string, accountId: string, passwordHash: string): Promise<void> {
  await tx`
    insert into accounts (id, user_id, account_id, provider_id, password)
    values (${accountId}, ${userId}, ${userId}, 'credential', ${passwordHash})
    on conflict (user_id, provider_id) do update set password = excluded.password, updated_at = clock_now()`;
}

export async function findPasswordHash(sql: Sql | Tx, userId: string): Promise<string | undefined> {
  const [row] = await sql<{ password: string | null }[]>`
    select password from accounts where user_id = ${userId} and provider_id = 'credential'`;
  return row?.password ?? undefined;
}

/** The same password with another hash. Whoever sets another password meanwhile wins. */
export async function replacePasswordHash(sql: Sql, userId: string, old: string, hash: string): Promise<void> {
  await sql`
    update accounts set password = ${hash}, updated_at = clock_now()
    where user_id = ${userId} and provider_id = 'credential' and password = ${old}`;
}

export async function updateUser(tx: Tx, id: string, { role, isDisabled }: { role: Role; isDisabled: boolean }): Promise<UserRow> {
  await tx`
    update users set role = ${role}, updated_at = clock_now(),
      disabled_at = case when ${isDisabled} then coalesce(disabled_at, clock_now()) end
    where id = ${id}`;
  const [row] = await tx<UserRow[]>`select ${columns(tx)} from users u where u.id = ${id}`;
  return row!;
}

/** Ends every session of a user at once. */
export async function deleteSessions(tx: Tx, userId: string): Promise<void> {
  await tx`delete from sessions where user_id = ${userId}`;
}
