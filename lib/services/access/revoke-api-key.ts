import { revokeApiKey as revokeRow } from "@/db/access/api-keys";
import { insertAudit } from "@/db/access/audit";
import { NotFoundError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

/** The key is refused from the next request on, for good. Again does nothing. @throws NotFoundError */
export async function revokeApiKey(ctx: Context, id: string): Promise<void> {
  requireRight(ctx, "keys:manage");
  await ctx.db.sql.begin(async (tx) => {
    const revoked = await revokeRow(tx, id);
    if (!revoked) throw new NotFoundError("api_key", id);
    const { name, prefix } = revoked.row;
    if (revoked.isNew)
      await insertAudit(tx, {
        actor: ctx.actor,
        action: "api_key.revoked",
        subjectType: "api_key",
        subjectId: id,
        before: { name, prefix },
      });
  });
}
