import type { AuditEntry } from "@/lib/contract/access/audit";
import type { AuditRow } from "@/lib/services/access/list-audit";

/** What was there before and after is told as it was kept. */
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
