import { listAudit as listRows } from "@/db/access/audit";
import type { AuditEntry, AuditQuery } from "@/lib/contract/access/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, page } from "@/lib/services/page";

/** What was done, newest first. */
export async function listAudit(ctx: Context, query: AuditQuery): Promise<Page<AuditEntry>> {
  requireRight(ctx, "audit:read");
  const { actor = null, action = null, subject = null, address = null } = query;
  const filter = { actor, action, subject, address };
  const { items, nextCursor } = await page(query, (limit, before) => listRows(ctx.db.sql, filter, limit, before));
  return { items: items.map(({ no: _, ...entry }) => entry), nextCursor };
}
