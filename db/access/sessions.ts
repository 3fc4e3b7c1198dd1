import type { Sql, Tx } from "@/db/client";
import { iso } from "@/db/sql";

export interface SessionRow {
  id: string;
  userAgent: string | null;
  address: string | null;
  /** Instants are ISO. */
  createdAt: string;
  lastSeenAt: string;
}

/** Those that still hold, the last used first. @param idleMinutes how long one may go unused */
export function listSessions(sql: Sql, userId: string, idleMinutes: number): Promise<SessionRow[]> {
  return sql<SessionRow[]>`
    select id, user_agent as "userAgent", ip_address as address, ${iso(sql, "created_at")} as "createdAt",
      ${iso(sql, "last_seen_at")} as "lastSeenAt"
    from sessions
    where user_id = ${userId} and expires_at > clock_now() and last_seen_at > clock_now() - ${idleMinutes} * interval '1 minute'
    order by last_seen_at desc, id desc limit 200`;
}

/** Once a minute, however many requests of that minute ask for it at once. */
export async function noteSessionUse(sql: Sql, id: string): Promise<void> {
  await sql`update sessions set last_seen_at = clock_now() where id = ${id} and last_seen_at < clock_now() - interval '1 minute'`;
}

/** @returns whether the user had it */
export async function deleteSession(tx: Tx, userId: string, id: string): Promise<boolean> {
  return (await tx`delete from sessions where id = ${id} and user_id = ${userId}`).count > 0;
}

/** Ends all of a user's but one. @returns how many */
export async function deleteOtherSessions(tx: Tx, userId: string, kept: string): Promise<number> {
  return (await tx`delete from sessions where user_id = ${userId} and id <> ${kept}`).count;
}
