import {
  type ActiveDispatch,
  listActiveSince,
  type SettledBefore,
  sumSettledBefore,
} from "@/db/health/overview";
import type { Context } from "@/lib/services/context";

export interface Today {
  counts: Record<"accepted" | "delivered" | "undelivered" | "failed" | "unknown", number>;
  /** Dispatches with messages whose outcome is unknown. */
  unknown: { id: string; count: number }[];
}

/** A settle that was under way at midnight is in by then. */
const SETTLED_AFTER_MS = 60_000;
const KEPT_MAX = 1_000;
type Kept = Map<string, Promise<SettledBefore>>;
const kept = new WeakMap<Context["db"], Kept>();

/**
 * What has been counted since an instant in the past, from the counters of the dispatches that were
 * active since.
 */
export async function countToday(ctx: Context, sinceMs: number): Promise<Today> {
  const active = await listActiveSince(ctx.db.sql, sinceMs);
  const parts = await Promise.all(
    active.map(async (d) => sinceThen(d, d.isOlder ? await settledBefore(ctx, d.no, sinceMs) : undefined)),
  );
  const sum = (key: keyof Today["counts"]) => parts.reduce((total, part) => total + part[key], 0);
  return {
    counts: {
      accepted: sum("accepted"),
      delivered: sum("delivered"),
      undelivered: sum("undelivered"),
      failed: sum("failed"),
      unknown: sum("unknown"),
    },
    unknown: active
      .filter((d) => d.counters.unknown > 0)
      .map((d) => ({ id: d.id, count: d.counters.unknown })),
  };
}

/**
 * Chunks know when they were settled, receipts move the lanes' counters alone: those are split in
 * proportion.
 */
function sinceThen(
  { counters }: ActiveDispatch,
  before: SettledBefore = { accepted: 0, failed: 0, unknown: 0 },
): Today["counts"] {
  const all = counters.sent + counters.delivered + counters.undelivered;
  const accepted = Math.max(0, all - before.accepted);
  const share = all === 0 ? 0 : accepted / all;
  return {
    accepted,
    delivered: Math.round(counters.delivered * share),
    undelivered: Math.round(counters.undelivered * share),
    failed: Math.max(0, counters.failed - before.failed),
    unknown: Math.max(0, counters.unknown - before.unknown),
  };
}

/**
 * Yesterday's part does not change: the many chunks of a dispatch of several days are added up once
 * a day.
 */
function settledBefore(ctx: Context, dispatchNo: number, beforeMs: number): Promise<SettledBefore> {
  const read = () => sumSettledBefore(ctx.db.sql, dispatchNo, beforeMs);
  if (ctx.now().getTime() < beforeMs + SETTLED_AFTER_MS) return read();
  let sums = kept.get(ctx.db);
  if (!sums || sums.size > KEPT_MAX) {
    sums = new Map();
    kept.set(ctx.db, sums);
  }
  const key = `${dispatchNo} ${beforeMs}`;
  const known = sums.get(key) ?? read();
  sums.set(key, known);
  const mine = sums;
  known.catch(() => mine.delete(key));
  return known;
}
