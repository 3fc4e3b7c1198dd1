import type { Tx } from "./client";

export interface AuditEntry {
  actor: string;
  /** `<subject>.<verb>`, such as "dispatch.paused". */
  action: string;
  subjectType: string;
  subjectId: string;
  before?: unknown;
  after?: unknown;
}

/** Writes who changed what, in the transaction of the change. */
export async function insertAudit(tx: Tx, { actor, action, subjectType, subjectId, before, after }: AuditEntry): Promise<void> {
  await tx`
    insert into audit_log (actor, action, subject_type, subject_id, before, after)
    values (${actor}, ${action}, ${subjectType}, ${subjectId}, ${before === undefined ? null : JSON.stringify(before)}::text::jsonb,
      ${after === undefined ? null : JSON.stringify(after)}::text::jsonb)`;
}
