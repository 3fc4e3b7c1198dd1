import { and, type Column, desc, eq, sql as raw } from "drizzle-orm";
import { isBefore } from "@/db/builder";
import { orm, type Sql, type Tx } from "@/db/client";
import { auditLog } from "@/db/schema/dispatches";

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
export async function insertAudit(
  sql: Sql | Tx,
  { actor, action, subjectType, subjectId, before, after }: AuditEntry,
): Promise<void> {
  await sql`
    insert into audit_log (actor, action, subject_type, subject_id, before, after, address, request_id)
    values (${actor.name}, ${action}, ${subjectType}, ${subjectId},
      ${before === undefined ? null : JSON.stringify(before)}::text::jsonb,
      ${after === undefined ? null : JSON.stringify(after)}::text::jsonb, ${actor.origin?.address ?? null},
      ${actor.origin?.requestId ?? null})`;
}

export interface AuditRow {
  no: number;
  at: Date;
  actor: string;
  action: string;
  subjectType: string;
  subjectId: string;
  before: unknown;
  after: unknown;
  address: string | null;
  requestId: string | null;
}

/** Newest first, those before `before`. `action` is an action or its beginning. */
export function listAudit(
  sql: Sql,
  {
    actor,
    action,
    subjectType,
    subject,
    address,
  }: { actor?: string; action?: string; subjectType?: string; subject?: string; address?: string },
  limit: number,
  before: number | null,
): Promise<AuditRow[]> {
  const is = (column: Column, value: string | undefined) =>
    value === undefined ? undefined : eq(column, value);
  return orm(sql)
    .select()
    .from(auditLog)
    .where(
      and(
        isBefore(auditLog.no, before),
        is(auditLog.actor, actor),
        action === undefined ? undefined : raw`starts_with(${auditLog.action}, ${action})`,
        is(auditLog.subjectType, subjectType),
        is(auditLog.subjectId, subject),
        is(auditLog.address, address),
      ),
    )
    .orderBy(desc(auditLog.no))
    .limit(limit);
}
