import { desc, eq } from "drizzle-orm";
import { clockNow, isBefore } from "@/db/builder";
import { orm, type Sql, type Tx } from "@/db/client";
import { apiKeys } from "@/db/schema/users";

export interface ApiKeyRow {
  no: number;
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  createdBy: string;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  dailyRecipients: number | null;
}

/** All but the hash. */
const columns = {
  no: apiKeys.no,
  id: apiKeys.id,
  name: apiKeys.name,
  prefix: apiKeys.prefix,
  scopes: apiKeys.scopes,
  createdBy: apiKeys.createdBy,
  createdAt: apiKeys.createdAt,
  expiresAt: apiKeys.expiresAt,
  lastUsedAt: apiKeys.lastUsedAt,
  revokedAt: apiKeys.revokedAt,
  dailyRecipients: apiKeys.dailyRecipients,
};

/** Newest first, revoked ones too: what a key did stays explainable. */
export const listApiKeys = (sql: Sql, limit: number, before: number | null): Promise<ApiKeyRow[]> =>
  orm(sql)
    .select(columns)
    .from(apiKeys)
    .where(isBefore(apiKeys.no, before))
    .orderBy(desc(apiKeys.no))
    .limit(limit);

export async function insertApiKey(
  tx: Tx,
  key: Pick<
    ApiKeyRow,
    "id" | "name" | "prefix" | "scopes" | "createdBy" | "expiresAt" | "dailyRecipients"
  > & { sha256: string },
): Promise<ApiKeyRow> {
  const [row] = await orm(tx).insert(apiKeys).values(key).returning(columns);
  return row!;
}

/** The first revocation counts. @returns undefined when there is no such key */
export async function revokeApiKey(
  tx: Tx,
  id: string,
): Promise<{ row: ApiKeyRow; isNew: boolean } | undefined> {
  const [row] = await orm(tx).select(columns).from(apiKeys).where(eq(apiKeys.id, id)).for("update");
  if (!row) return undefined;
  if (row.revokedAt === null)
    await orm(tx).update(apiKeys).set({ revokedAt: clockNow }).where(eq(apiKeys.id, id));
  return { row, isNew: row.revokedAt === null };
}

export interface PresentedKey {
  id: string;
  name: string;
  sha256: string;
  scopes: string[];
  dailyRecipients: number | null;
  /** Neither expired nor revoked, on the database's clock. */
  isValid: boolean;
  /** Its last use was noted more than a minute ago. */
  isUseOld: boolean;
}

/** Every request of a program asks this: a prepared statement. */
export async function findApiKey(sql: Sql, prefix: string): Promise<PresentedKey | undefined> {
  const [row] = await sql<PresentedKey[]>`
    select id, name, sha256, scopes, daily_recipients::float8 as "dailyRecipients",
      revoked_at is null and (expires_at is null or expires_at > clock_now()) as "isValid",
      last_used_at is null or last_used_at < clock_now() - interval '1 minute' as "isUseOld"
    from api_keys where prefix = ${prefix}`;
  return row;
}

/** Once a minute, however many requests of that minute ask for it at once. */
export async function noteApiKeyUse(sql: Sql, id: string): Promise<void> {
  await sql`
    update api_keys set last_used_at = clock_now()
    where id = ${id} and (last_used_at is null or last_used_at < clock_now() - interval '1 minute')`;
}
