import type { Sql, Tx } from "@/db/client";
import { iso } from "@/db/sql";

/** Who did it, and by which request. */
export interface AuditActor {
  name: string;
  origin?: { address: string; requestId: string };
}

export interface AuditEntry {
  actor: AuditActor;
  /** `<subject>.<verb>`, such as "dispatch.paused". */
  action: string;
  subjectType: string;
  subjectId: string;
  before?: unknown;
  after?: unknown;
}

/** Writes who did what: of a change, in its transaction. */
export async function insertAudit(sql: Sql | Tx, { actor, action, subjectType, subjectId, before, after }: AuditEntry): Promise<void> {
  await sql`
    insert into audit_log (actor, action, subject_type, subject_id, before, after, address, request_id)
    values (${actor.name}, ${action}, ${subjectType}, ${subjectId}, ${before === undefined ? null : JSON.stringify(before)}::text::jsonb,
      ${after === undefined ? null : JSON.stringify(after)}::text::jsonb, ${actor.origin?.address ?? null}, ${actor.origin?.requestId ?? null})`;
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
  address: string | null;
  request_id: string | null;
}

/** Newest first, those before `before`. `action` is an action or its beginning. */
export function listAudit(
  sql: Sql,
  filter: { actor: string | null; action: string | null; subject: string | null; address: string | null },
  limit: number,
  before: number | null,
): Promise<AuditRow[]> {
  return sql<AuditRow[]>`
    select no::float8 as no, ${iso(sql, "at")} as at, actor, action, subject_type, subject_id, before, after,
      address, request_id
    from audit_log
    where (${before}::bigint is null or no < ${before}::bigint)
      ${filter.actor === null ? sql`` : sql`and actor = ${filter.actor}`}
      ${filter.action === null ? sql`` : sql`and starts_with(action, ${filter.action})`}
      ${filter.subject === null ? sql`` : sql`and subject_id = ${filter.subject}`}
      ${filter.address === null ? sql`` : sql`and address = ${filter.address}`}
    order by no desc limit ${limit}`;
}
