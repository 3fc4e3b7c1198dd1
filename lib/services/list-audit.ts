import { listAudit as listRows } from "@/db/audit";
import type { AuditEntry, AuditQuery } from "@/lib/contract/audit";
import { requireRight } from "./authorize";
import type { Context } from "./context";
import { type Page, page } from "./page";

/** What was changed, newest first. */
export async function listAudit(ctx: Context, query: AuditQuery): Promise<Page<AuditEntry>> {
  requireRight(ctx, "audit:read");
  const filter = { actor: query.actor ?? null, action: query.action ?? null, subject: query.subject ?? null };
  return page(
    query,
    (limit, before) => listRows(ctx.db.sql, filter, limit, before),
    ({ no: _, ...entry }) => entry,
  );
}
