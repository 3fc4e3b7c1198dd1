import { listAttributeNames } from "@/db/audience/attribute-names";
import { isPlaceholderName } from "@/lib/domain/text/personal-text";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

/** More than anybody chooses from. */
const LISTED_MAX = 500;

/** The names of attributes that a personal text may have, in order. */
export async function listAttributes(ctx: Context): Promise<string[]> {
  requireRight(ctx, "read");
  return (await listAttributeNames(ctx.db.sql, LISTED_MAX)).filter(isPlaceholderName);
}
