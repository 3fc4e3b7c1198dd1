import { type AuditActor, insertAudit } from "@/db/access/audit";
import type { Sql, Tx } from "@/db/client";

/** `<type of the subject>.<verb in the past>`, such as "dispatch.paused". */
export type AuditAction = `${string}.${string}`;

/** The subject before and after the change. Without secrets: administrators read the log. */
interface Change {
  before?: unknown;
  after?: unknown;
}

/**
 * Writes who did what.
 * @param sql the transaction of the change; the pool where nothing changes (an export, a sign-in)
 */
export function audit(
  { actor }: { actor: AuditActor },
  sql: Sql | Tx,
  action: AuditAction,
  subjectId: string,
  change: Change = {},
): Promise<void> {
  return insertAudit(sql, {
    actor,
    action,
    subjectType: action.slice(0, action.indexOf(".")),
    subjectId,
    ...change,
  });
}
