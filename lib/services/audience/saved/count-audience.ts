import type { AudienceRow } from "@/db/audience/saved-audiences";
import { findAudienceTerms } from "@/db/audience/saved-audiences";
import { measureAudience } from "@/db/dispatches/measure";
import type { Context } from "@/lib/services/context";

export interface AudienceCount {
  count: number;
  isEstimate: boolean;
}

/** A saved audience, and how many can be sent to; null: nobody had the time to count them. */
export interface CountedAudience extends AudienceRow {
  recipients: AudienceCount | null;
}

/** A list is looked at again and again: counts may be this old. */
const KEPT_MS = 30_000;
/** How long a list counts what it does not know. */
const LIST_MS_MAX = 2_000;

type Kept = Map<string, { atMs: number; count: AudienceCount }>;
const keptBy = new WeakMap<Context["db"], Kept>();

export async function countAudience(ctx: Context, { id, version }: AudienceRow): Promise<AudienceCount> {
  const kept: Kept = keptBy.get(ctx.db) ?? new Map();
  keptBy.set(ctx.db, kept);
  const nowMs = ctx.now().getTime();
  for (const [key, { atMs }] of kept) if (Math.abs(nowMs - atMs) > KEPT_MS) kept.delete(key);
  const key = `${id} ${version}`;
  const known = kept.get(key);
  if (known) return known.count;
  const saved = await findAudienceTerms(ctx.db.sql, id, false);
  const filters = { operatorNo: null, tagNo: null, terms: saved?.terms ?? null };
  const { parts, isEstimate } = await measureAudience(ctx.db.sql, filters);
  const count = { count: parts.reduce((sum, part) => sum + part.count, 0), isEstimate };
  kept.set(key, { atMs: nowMs, count });
  return count;
}

/** One after the other, for as long as somebody may be made to wait. */
export async function countAudiences(ctx: Context, rows: AudienceRow[]): Promise<CountedAudience[]> {
  const untilMs = performance.now() + LIST_MS_MAX;
  const counted: CountedAudience[] = [];
  for (const row of rows)
    counted.push({
      ...row,
      recipients: performance.now() < untilMs ? await countAudience(ctx, row) : null,
    });
  return counted;
}
