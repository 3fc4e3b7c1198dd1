import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import { weekdays } from "@/lib/domain/daily-hours";

/** A day in local time. Its hours are those of `local_time`. */
export interface OwnDay {
  /** `YYYY-MM-DD`, or "" when the field is half filled. */
  day: string;
  /** What happens to recipients where the day is over; null: the user has not chosen. */
  past: "next_day" | "skip" | null;
}

export function isOwnDay(value: unknown): boolean {
  if (value === null) return true;
  const { day, past } = Object(value) as Record<string, unknown>;
  return typeof day === "string" && (past === null || past === "next_day" || past === "skip");
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** No clock is further ahead of UTC, or further behind. */
const AHEAD_MS = 14 * HOUR_MS;
const BEHIND_MS = -12 * HOUR_MS;
const dayText = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const timeMs = (time: string) => (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) * MINUTE_MS;

/** True when some zone may differ from UTC by this: whole quarters of an hour. */
const isOffset = (ms: number) => ms >= BEHIND_MS && ms <= AHEAD_MS && ms % (15 * MINUTE_MS) === 0;

/**
 * Finds the day that the form made a window and hours from, or returns null. Such a window begins
 * when the day's hours begin in some zone, and ends when they end in that zone or further west.
 * When it was late, it begins at the moment of sending, which is no whole minute. Only then may the
 * hours have two days.
 */
export function ownDayOf({
  start_datetime: start,
  end_datetime: end,
  local_time: hours,
}: Pick<Dispatch, "start_datetime" | "end_datetime" | "local_time">): OwnDay | null {
  if (!hours || hours.days.length > 2) return null;
  const [startMs, endMs] = [Date.parse(start), Date.parse(end)];
  const wasLate = startMs % MINUTE_MS !== 0;
  const [one, other] = hours.days.map((day) => weekdays.indexOf(day));
  if (one === undefined || (other !== undefined && !wasLate)) return null;
  const first = other === undefined || (one + 1) % 7 === other ? one : other;
  if (other !== undefined && (first + 1) % 7 !== one + other - first) return null;
  // Only one date with that weekday fits the start.
  const [fromMs, toMs] = [timeMs(hours.from), timeMs(hours.to)];
  const lastMs = toMs + (toMs > fromMs ? 0 : DAY_MS) + (other === undefined ? 0 : DAY_MS);
  const latest = Math.floor((startMs + AHEAD_MS) / DAY_MS) * DAY_MS;
  const dayMs = latest - ((new Date(latest).getUTCDay() + 6 - first + 7) % 7) * DAY_MS;
  const [ahead, behind] = [dayMs + fromMs - startMs, dayMs + lastMs - endMs];
  // The clocks may change by an hour between the two.
  const isWhole = wasLate ? ahead <= AHEAD_MS : isOffset(ahead) && ahead >= behind - HOUR_MS;
  return isWhole && isOffset(behind) ? { day: dayText(dayMs), past: null } : null;
}
