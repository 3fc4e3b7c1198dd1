import { findAudience } from "@/db/audience/saved-audiences";
import { NotFoundError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type CountedAudience, countAudience } from "./count-audience";

/** @throws NotFoundError */
export async function getAudience(ctx: Context, id: string): Promise<CountedAudience> {
  requireRight(ctx, "audience:read");
  const row = await findAudience(ctx.db.sql, id);
  if (!row) throw new NotFoundError("audience", id);
  return { ...row, recipients: await countAudience(ctx, row) };
}
