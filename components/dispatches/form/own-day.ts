import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import { weekdays } from "@/lib/domain/daily-hours";

/** A day at each person's own time: its hours are those of `local_time`. */
export interface OwnDay {
  /** `YYYY-MM-DD`, or empty while it is half typed. */
  day: string;
  /** What becomes of people where the day is over already; null: nobody has decided. */
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
/** The clocks of the Earth are so far ahead of UTC, and so far behind. */
const AHEAD_MS = 14 * HOUR_MS;
const BEHIND_MS = -12 * HOUR_MS;
const dayText = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const timeMs = (time: string) => (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) * MINUTE_MS;

/** Whole quarters of an hour between the clocks of UTC and of some zone. */
const isOffset = (ms: number) => ms >= BEHIND_MS && ms <= AHEAD_MS && ms % (15 * MINUTE_MS) === 0;

/**
 * The day of a dispatch whose window and hours are those of one, else null: it begins when the day
 * does in some zone, and ends when the day does in the same one or further west. One that could
 * only begin when it was made, not on a whole minute, was late for some; its hours may be of two
 * days then.
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
  // The one date of that weekday on which the window can have begun.
  const [fromMs, toMs] = [timeMs(hours.from), timeMs(hours.to)];
  const lastMs = toMs + (toMs > fromMs ? 0 : DAY_MS) + (other === undefined ? 0 : DAY_MS);
  const latest = Math.floor((startMs + AHEAD_MS) / DAY_MS) * DAY_MS;
  const dayMs = latest - ((new Date(latest).getUTCDay() + 6 - first + 7) % 7) * DAY_MS;
  const [ahead, behind] = [dayMs + fromMs - startMs, dayMs + lastMs - endMs];
  // An hour of summer time may lie between the two.
  const isWhole = wasLate ? ahead <= AHEAD_MS : isOffset(ahead) && ahead >= behind - HOUR_MS;
  return isWhole && isOffset(behind) ? { day: dayText(dayMs), past: null } : null;
}
