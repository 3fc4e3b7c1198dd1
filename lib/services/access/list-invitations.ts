import { type InvitationRow, listInvitations as listRows } from "@/db/access/invitations";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";

export type { InvitationRow };

/** Those that can still be used, newest first. */
export async function listInvitations(ctx: Context, query: PageQuery): Promise<Page<InvitationRow>> {
  requireRight(ctx, "users:manage");
  return page(query, (limit, before) => listRows(ctx.db.sql, limit, before));
}
