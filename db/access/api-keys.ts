import type { Sql, Tx } from "@/db/client";
import { iso } from "@/db/sql";

export interface ApiKeyRow {
  no: number;
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  createdBy: string;
  /** Instants are ISO. */
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
  dailyRecipients: number | null;
}

const columns = (sql: Sql | Tx) => sql`
  no, id, name, prefix, scopes, created_by as "createdBy", ${iso(sql, "created_at")} as "createdAt", ${iso(sql, "expires_at")} as "expiresAt",
  ${iso(sql, "last_used_at")} as "lastUsedAt", ${iso(sql, "revoked_at")} as "revokedAt", daily_recipients::float8 as "dailyRecipients"`;

/** Newest first, revoked ones too: what a key did stays explainable. */
export function listApiKeys(sql: Sql, limit: number, before: number | null): Promise<ApiKeyRow[]> {
  return sql<ApiKeyRow[]>`
    select ${columns(sql)} from api_keys where ${before}::bigint is null or no < ${before}::bigint order by no desc limit ${limit}`;
}

export async function insertApiKey(
  tx: Tx,
  key: Pick<ApiKeyRow, "id" | "name" | "prefix" | "scopes" | "createdBy" | "expiresAt" | "dailyRecipients"> & { sha256: string },
): Promise<ApiKeyRow> {
  const [row] = await tx<ApiKeyRow[]>`
    insert into api_keys (id, name, prefix, sha256, scopes, created_by, expires_at, daily_recipients)
    values (${key.id}, ${key.name}, ${key.prefix}, ${key.sha256}, ${key.scopes}::text[], ${key.createdBy}, ${key.expiresAt}::timestamptz,
      ${key.dailyRecipients}::bigint)
    returning ${columns(tx)}`;
  return row!;
}

/** The first revocation counts. @returns undefined when there is no such key */
export async function revokeApiKey(tx: Tx, id: string): Promise<{ row: ApiKeyRow; isNew: boolean } | undefined> {
  const [row] = await tx<ApiKeyRow[]>`select ${columns(tx)} from api_keys where id = ${id} for update`;
  if (!row) return undefined;
  if (row.revokedAt === null) await tx`update api_keys set revoked_at = clock_now() where id = ${id}`;
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
