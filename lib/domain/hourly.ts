import type { TimeRange } from "./hours";

export const HOUR_MS = 3_600_000;

/** How much of each hour is within the ranges, from 0 to 1; the first hour begins at `fromMs`. */
export function shareOfHours(ranges: readonly TimeRange[], fromMs: number, hours: number): number[] {
  const shares = new Array<number>(hours).fill(0);
  for (const range of ranges) {
    const first = Math.max(0, Math.floor((range.fromMs - fromMs) / HOUR_MS));
    const last = Math.min(hours - 1, Math.floor((range.toMs - fromMs) / HOUR_MS));
    for (let hour = first; hour <= last; hour++) {
      const startMs = fromMs + hour * HOUR_MS;
      const withinMs = Math.min(range.toMs, startMs + HOUR_MS) - Math.max(range.fromMs, startMs);
      shares[hour]! += Math.max(0, withinMs) / HOUR_MS;
    }
  }
  return shares;
}

/**
 * Whole percents for people: anything above nothing shows as at least 1 %, and never more than 100
 * %.
 */
export const percentOf = (share: number): number =>
  share <= 0 ? 0 : Math.min(100, Math.max(1, Math.round(share * 100)));
