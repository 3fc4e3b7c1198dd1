import { type AuditRow, listAudit as listRows } from "@/db/access/audit";
import type { AuditQuery } from "@/lib/contract/access/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, page } from "@/lib/services/page";

export type { AuditRow };

/** What was done, newest first. */
export async function listAudit(ctx: Context, query: AuditQuery): Promise<Page<AuditRow>> {
  requireRight(ctx, "audit:read");
  return page(query, (limit, before) => listRows(ctx.db.sql, query, limit, before));
}
