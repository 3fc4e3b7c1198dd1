import { Temporal } from "temporal-polyfill";
import { type Hours, type Weekday, weekdays } from "./daily-hours";
import { knownRanges, type TimeRange } from "./hours";

/**
 * A day, from when to when, at each person's own time: which window such a dispatch needs, and in
 * which zones the day is over before it begins. Pure. Instants are milliseconds since the epoch.
 */
export interface AskedDay {
  /** `YYYY-MM-DD`. */
  day: string;
  from: string;
  to: string;
  /** Where the day is over, people are reached on the next one. */
  withNext: boolean;
}

export interface ZoneCount {
  zone: string;
  count: number;
}

export interface DayPlan {
  /** The zones that can be reached on the day, in the order in which they begin. */
  open: (ZoneCount & TimeRange)[];
  /** Those where no time of the day is left. */
  past: ZoneCount[];
  /**
   * From the first hour of anybody to the last, the next day's included; undefined: there is none.
   */
  window: TimeRange | undefined;
  /** The days that the hours are for. */
  days: Weekday[];
  /** Nobody can be reached: the quiet hours leave no time at all, or the day is over everywhere. */
  problem: "quiet_hours" | "over" | null;
}

/**
 * What a day asks for.
 * @param quiet hours of the installation that hold for the dispatch
 * @param zones those of the audience
 */
export function planDay(
  { day, from, to, withNext }: AskedDay,
  quiet: Hours | null,
  zones: readonly ZoneCount[],
  nowMs: number,
): DayPlan {
  const date = Temporal.PlainDate.from(day);
  const next = date.add({ days: 1 });
  const on = (date: Temporal.PlainDate): Hours => ({
    ...{ from, to, unknown_zone: "dispatch" },
    days: [weekdayOf(date)],
  });
  const each = zones.map((one) => {
    const hours = rangesOn(date, on(date), null, one.zone);
    const allowed = quiet ? rangesOn(date, on(date), quiet, one.zone) : hours;
    return { ...one, hours, allowed, isOpen: allowed.some(({ toMs }) => toMs > nowMs) };
  });
  const open = each
    .filter(({ isOpen }) => isOpen)
    .map(({ zone, count, hours }) => ({ zone, count, ...spanOf(hours)! }))
    .sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs || b.count - a.count);
  const past = each.filter(({ isOpen }) => !isOpen).map(({ zone, count }) => ({ zone, count }));
  const isNext = withNext && past.length > 0;
  const late = isNext ? past.flatMap(({ zone }) => rangesOn(next, on(next), null, zone)) : [];
  const isQuiet = each.some(({ hours }) => hours.length > 0) && each.every((one) => one.allowed.length === 0);
  return {
    open,
    past,
    window: spanOf([...open, ...late]),
    days: isNext ? [weekdayOf(date), weekdayOf(next)] : [weekdayOf(date)],
    problem: open.length > 0 ? null : isQuiet ? "quiet_hours" : "over",
  };
}

const weekdayOf = (date: Temporal.PlainDate): Weekday => weekdays[date.dayOfWeek - 1]!;

/** More than one where the clocks are changed within the hours, or quiet hours cut them. */
const RANGES_MAX = 8;

/** The hours that begin on a day in a zone; none when the clocks skip all of them. */
function rangesOn(date: Temporal.PlainDate, hours: Hours, quiet: Hours | null, zone: string): TimeRange[] {
  const startOf = (days: number) => date.add({ days }).toZonedDateTime(zone).epochMilliseconds;
  // Where `to` is not later than `from`, it is of the next day.
  return knownRanges(
    { local: hours, quiet },
    zone,
    startOf(0),
    startOf(hours.to > hours.from ? 1 : 2),
    RANGES_MAX,
  );
}

const spanOf = (ranges: readonly TimeRange[]): TimeRange | undefined =>
  ranges.length === 0
    ? undefined
    : {
        fromMs: Math.min(...ranges.map(({ fromMs }) => fromMs)),
        toMs: Math.max(...ranges.map(({ toMs }) => toMs)),
      };
