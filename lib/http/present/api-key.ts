import type { ApiKey, NewApiKey } from "@/lib/contract/access/api-key";
import type { ApiKeyRow } from "@/lib/services/access/create-api-key";

export const presentApiKey = (row: ApiKeyRow): ApiKey => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes,
  created_by: row.createdBy,
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt?.toISOString() ?? null,
  last_used_at: row.lastUsedAt?.toISOString() ?? null,
  revoked_at: row.revokedAt?.toISOString() ?? null,
  daily_recipients: row.dailyRecipients,
});

export const presentNewApiKey = (made: ApiKeyRow & { key: string }): NewApiKey => ({
  ...presentApiKey(made),
  key: made.key,
});
