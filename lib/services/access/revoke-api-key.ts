import { revokeApiKey as revokeRow } from "@/db/access/api-keys";
import { transaction } from "@/db/client";
import { NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

/**
 * The key is refused from the next request on, for good. Again does nothing. @throws NotFoundError
 */
export async function revokeApiKey(ctx: Context, id: string): Promise<void> {
  requireRight(ctx, "keys:manage");
  await transaction(ctx.db.sql, async (tx) => {
    const revoked = await revokeRow(tx, id);
    if (!revoked) throw new NotFoundError("api_key", id);
    const { name, prefix } = revoked.row;
    if (revoked.isNew) await audit(ctx, tx, "api_key.revoked", id, { before: { name, prefix } });
  });
}
