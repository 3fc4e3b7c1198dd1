import { listAuthors as listNames } from "@/db/dispatches/dispatches";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

/** The names of those who have made dispatches. */
export async function listAuthors(ctx: Context): Promise<string[]> {
  requireRight(ctx, "read");
  return listNames(ctx.db.sql);
}
