import { listUsers as listRows, type UserRow } from "@/db/access/users";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";

export type { UserRow };

/** Newest first, disabled ones too. */
export async function listUsers(ctx: Context, query: PageQuery): Promise<Page<UserRow>> {
  requireRight(ctx, "users:manage");
  return page(query, (limit, before) => listRows(ctx.db.sql, limit, before));
}
