import { log } from "@/lib/log";
import { type AuditAction, audit } from "@/lib/services/audit";
import type { Context } from "@/lib/services/context";

const WINDOW_MS = 3_600_000;
/**
 * So many refusals an hour have an entry each: of each user, of each key, and of all unknown
 * callers together.
 */
const TOLD_ONE_BY_ONE = 20;

const counts = new Map<string, { since: number; count: number }>();

export interface Refusal {
  action: AuditAction;
  /** The user or the key that was tried; undefined when there is none. */
  subjectId: string | undefined;
  reason: string;
}

/**
 * Notes in the audit log that a caller was refused. The log grows for ever, and guessing costs
 * nothing. So after the first refusals of an hour an entry is written only when their number has
 * doubled. Users and keys bound the number of entries, not the guessers. The process's log has
 * every refusal.
 */
export async function auditRefusal(
  ctx: Context,
  { action, subjectId = "unknown", reason }: Refusal,
): Promise<void> {
  const { origin } = ctx.actor;
  log.warn(
    { action, subject: subjectId, reason, address: origin?.address, request_id: origin?.requestId },
    "refused",
  );
  const count = countOf(`${action} ${subjectId}`, ctx.now().getTime());
  if (count > TOLD_ONE_BY_ONE && !isPowerOfTwo(count)) return;
  const after = { reason, ...(count > TOLD_ONE_BY_ONE && { in_this_hour: count }) };
  await audit(ctx, ctx.db.sql, action, subjectId, { after });
}

function countOf(key: string, now: number): number {
  for (const [each, { since }] of counts) if (now - since >= WINDOW_MS) counts.delete(each);
  const found = counts.get(key) ?? { since: now, count: 0 };
  found.count++;
  counts.set(key, found);
  return found.count;
}

const isPowerOfTwo = (count: number) => (count & (count - 1)) === 0;
