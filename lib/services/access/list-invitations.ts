import { type InvitationRow, listInvitations as listRows } from "@/db/access/invitations";
import type { Invitation } from "@/lib/contract/access/user";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";

export const toInvitation = (row: InvitationRow): Invitation => ({
  id: row.id,
  role: row.role,
  email: row.email,
  user: row.userId,
  created_by: row.createdBy,
  created_at: row.createdAt,
  expires_at: row.expiresAt,
});

/** Those that can still be used, newest first. */
export async function listInvitations(ctx: Context, query: PageQuery): Promise<Page<Invitation>> {
  requireRight(ctx, "users:manage");
  const { items, nextCursor } = await page(query, (limit, before) => listRows(ctx.db.sql, limit, before));
  return { items: items.map(toInvitation), nextCursor };
}
