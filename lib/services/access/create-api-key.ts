import { v7 as uuidv7 } from "uuid";
import { type ApiKeyRow, insertApiKey } from "@/db/access/api-keys";
import { transaction } from "@/db/client";
import type { ApiKey, ApiKeyCreate, NewApiKey } from "@/lib/contract/access/api-key";
import { ValidationError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { newApiKey, sha256 } from "@/lib/services/secrets";

export function toApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    created_by: row.createdBy,
    created_at: row.createdAt,
    expires_at: row.expiresAt,
    last_used_at: row.lastUsedAt,
    revoked_at: row.revokedAt,
    daily_recipients: row.dailyRecipients,
  };
}

/** Makes a key for a program. The answer is the only place where the key itself ever is: rows and the audit log have its hash or less. @throws ValidationError */
export async function createApiKey(ctx: Context, input: ApiKeyCreate): Promise<NewApiKey> {
  requireRight(ctx, "keys:manage");
  // Offsets of 16 hours and more are none to Postgres.
  const expiresAt = input.expires_at && new Date(input.expires_at).toISOString();
  if (expiresAt !== null && Date.parse(expiresAt) <= ctx.now().getTime())
    throw new ValidationError([{ pointer: "/expires_at", code: "expires_in_past" }]);
  const { key, prefix } = newApiKey();
  const made = await transaction(ctx.db.sql, async (tx) => {
    const row = await insertApiKey(tx, {
      id: uuidv7(),
      name: input.name,
      prefix,
      sha256: sha256(key),
      scopes: [...new Set(input.scopes)],
      createdBy: ctx.actor.name,
      expiresAt,
      dailyRecipients: input.daily_recipients,
    });
    const after = toApiKey(row);
    await audit(ctx, tx, "api_key.created", row.id, { after });
    return after;
  });
  return { ...made, key };
}
