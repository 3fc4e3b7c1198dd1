const DAY_MS = 86_400_000;

/** `2026-11-27`. A day that its month does not have means a day of the next month. */
export const dayPattern = /^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const partsOf = (day: string) => day.split("-").map(Number) as [year: number, month: number, day: number];

/** The day that is `count` days later, or earlier. */
export function plusDays(day: string, count: number): string {
  const [year, month, date] = partsOf(day);
  return dayOf(Date.UTC(year, month - 1, date) + count * DAY_MS);
}

/** The first day of a month, `after` months later. */
export function monthOf(day: string, after = 0): string {
  const [year, month] = partsOf(day);
  return dayOf(Date.UTC(year, month - 1 + after, 1));
}

/** Periods by name. They move with today. */
export const periods = ["today", "yesterday", "last_7", "next_7", "this_month", "last_month"] as const;
export type Period = (typeof periods)[number];

/** The first and the last day of a period; "" for an open end. */
export interface Days {
  from: string;
  to: string;
}

const named: Record<Period, (today: string) => Days> = {
  today: (today) => ({ from: today, to: today }),
  yesterday: (today) => ({ from: plusDays(today, -1), to: plusDays(today, -1) }),
  last_7: (today) => ({ from: plusDays(today, -6), to: today }),
  next_7: (today) => ({ from: today, to: plusDays(today, 6) }),
  this_month: (today) => ({ from: monthOf(today), to: plusDays(monthOf(today, 1), -1) }),
  last_month: (today) => ({ from: monthOf(today, -1), to: plusDays(monthOf(today), -1) }),
};

/**
 * The days of a named period, or of `<from>..<to>`, where either end may be missing; null when the
 * text is no period.
 */
export function daysOf(period: string, today: string): Days | null {
  if (Object.hasOwn(named, period)) return named[period as Period](today);
  const [from, to, ...more] = period.split("..");
  if (from === undefined || to === undefined || more.length > 0) return null;
  return [from, to].every((day) => day === "" || dayPattern.test(day)) ? { from, to } : null;
}

/** Today's date in a zone. */
export const todayIn = (timezone: string, nowMs: number): string =>
  new Intl.DateTimeFormat("en-CA", { timeZone: timezone, dateStyle: "short" }).format(nowMs);
