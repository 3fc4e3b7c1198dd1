import type { Sql, Tx } from "./client";

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

export interface AuditRow {
  no: number;
  /** ISO. */
  at: string;
  actor: string;
  action: string;
  subject_type: string;
  subject_id: string;
  before: unknown;
  after: unknown;
}

/** Newest first, those before `before`. `action` is an action or its beginning. */
export function listAudit(
  sql: Sql,
  filter: { actor: string | null; action: string | null; subject: string | null },
  limit: number,
  before: number | null,
): Promise<AuditRow[]> {
  return sql<AuditRow[]>`
    select no::float8 as no, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, actor, action, subject_type, subject_id, before, after
    from audit_log
    where (${before}::bigint is null or no < ${before}::bigint)
      ${filter.actor === null ? sql`` : sql`and actor = ${filter.actor}`}
      ${filter.action === null ? sql`` : sql`and starts_with(action, ${filter.action})`}
      ${filter.subject === null ? sql`` : sql`and subject_id = ${filter.subject}`}
    order by no desc limit ${limit}`;
}
