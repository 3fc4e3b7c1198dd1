import { listUsers as listRows, type UserRow } from "@/db/access/users";
import type { User } from "@/lib/contract/access/user";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";

export function toUser(row: UserRow): User {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    disabled_at: row.disabledAt,
    created_at: row.createdAt,
    last_sign_in_at: row.lastSignInAt,
  };
}

/** Newest first, disabled ones too. */
export async function listUsers(ctx: Context, query: PageQuery): Promise<Page<User>> {
  requireRight(ctx, "users:manage");
  const { items, nextCursor } = await page(query, (limit, before) => listRows(ctx.db.sql, limit, before));
  return { items: items.map(toUser), nextCursor };
}
