import { log } from "@/lib/log";
import { type AuditAction, audit } from "@/lib/services/audit";
import type { Context } from "@/lib/services/context";

const WINDOW_MS = 3_600_000;
/**
 * So many in an hour are told one by one, of each user and each key, and of all that are nobody's
 * together.
 */
const TOLD_ONE_BY_ONE = 20;

const counts = new Map<string, { since: number; count: number }>();

export interface Refusal {
  action: AuditAction;
  /** Of the user or the key that was tried; undefined: there is no such. */
  subjectId: string | undefined;
  reason: string;
}

/**
 * Writes that somebody was refused who wanted to be let in. The audit log grows for ever, and
 * guessing costs nothing: after the first of an hour only each that doubles their number is
 * written, with it. How much that is at most is up to users and keys, not to who guesses. The log
 * of the process has them all.
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
