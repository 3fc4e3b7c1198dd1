import type { AuditEntry } from "@/lib/contract/access/audit";
import type { AuditRow } from "@/lib/services/access/list-audit";

/** The snapshots before and after are shown as they were stored. */
export const presentAuditEntry = (row: AuditRow): AuditEntry => ({
  at: row.at.toISOString(),
  actor: row.actor,
  action: row.action,
  subject_type: row.subjectType,
  subject_id: row.subjectId,
  before: row.before,
  after: row.after,
  address: row.address,
  request_id: row.requestId,
});
