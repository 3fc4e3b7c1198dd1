import { v7 as uuidv7 } from "uuid";
import { type ApiKeyRow, insertApiKey } from "@/db/access/api-keys";
import { transaction } from "@/db/client";
import type { ApiKeyCreate } from "@/lib/contract/access/api-key";
import { ValidationError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { newApiKey, sha256 } from "@/lib/services/secrets";
import { snapshotApiKey } from "./snapshots";

export type { ApiKeyRow };

/**
 * Makes a key for a program. The answer is the only place where the key itself ever is: rows and
 * the audit log have its hash or less. @throws ValidationError
 */
export async function createApiKey(ctx: Context, input: ApiKeyCreate): Promise<ApiKeyRow & { key: string }> {
  requireRight(ctx, "keys:manage");
  const expiresAt = input.expires_at === null ? null : new Date(input.expires_at);
  if (expiresAt !== null && expiresAt.getTime() <= ctx.now().getTime())
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
    await audit(ctx, tx, "api_key.created", row.id, { after: snapshotApiKey(row) });
    return row;
  });
  return { ...made, key };
}
