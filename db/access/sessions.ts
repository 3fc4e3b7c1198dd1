import { and, desc, eq, gt, ne, sql as raw } from "drizzle-orm";
import { clockNow } from "@/db/builder";
import { orm, type Sql, type Tx } from "@/db/client";
import { sessions } from "@/db/schema/users";

export interface SessionRow {
  id: string;
  userAgent: string | null;
  address: string | null;
  createdAt: Date;
  lastSeenAt: Date;
}

const columns = {
  id: sessions.id,
  userAgent: sessions.userAgent,
  address: sessions.ipAddress,
  createdAt: sessions.createdAt,
  lastSeenAt: sessions.lastSeenAt,
};

/** Those that still hold, the last used first. @param idleMinutes how long one may go unused */
export function listSessions(sql: Sql, userId: string, idleMinutes: number): Promise<SessionRow[]> {
  const isUsed = gt(sessions.lastSeenAt, raw`clock_now() - ${idleMinutes} * interval '1 minute'`);
  return orm(sql)
    .select(columns)
    .from(sessions)
    .where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, clockNow), isUsed))
    .orderBy(desc(sessions.lastSeenAt), desc(sessions.id))
    .limit(200);
}

/** Once a minute, however many requests of that minute ask for it at once. */
export async function noteSessionUse(sql: Sql, id: string): Promise<void> {
  await sql`
    update sessions set last_seen_at = clock_now()
    where id = ${id} and last_seen_at < clock_now() - interval '1 minute'`;
}

/** @returns whether the user had it */
export async function deleteSession(tx: Tx, userId: string, id: string): Promise<boolean> {
  const done = await orm(tx)
    .delete(sessions)
    .where(and(eq(sessions.id, id), eq(sessions.userId, userId)));
  return done.count > 0;
}

/** Ends all of a user's but one. @returns how many */
export async function deleteOtherSessions(tx: Tx, userId: string, kept: string): Promise<number> {
  const done = await orm(tx)
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), ne(sessions.id, kept)));
  return done.count;
}
