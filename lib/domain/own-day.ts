import { Temporal } from "temporal-polyfill";
import { type Hours, type Weekday, weekdays } from "./daily-hours";
import { knownRanges, type TimeRange } from "./hours";

/**
 * Plans a dispatch for a day and hours in each recipient's local time: the window that it needs,
 * and the zones where the day is over already. Pure. Instants are milliseconds since the epoch.
 */
export interface AskedDay {
  /** `YYYY-MM-DD`. */
  day: string;
  from: string;
  to: string;
  /** Recipients in zones where the day is over get it on the next day. */
  withNext: boolean;
}

export interface ZoneCount {
  zone: string;
  count: number;
}

export interface DayPlan {
  /** Zones with time left on the day. The one that begins first comes first. */
  open: (ZoneCount & TimeRange)[];
  /** Zones with no time left on the day. */
  past: ZoneCount[];
  /** From the first instant that anybody may get it to the last; undefined: there is none. */
  window: TimeRange | undefined;
  /** The weekdays for `local_time`. */
  days: Weekday[];
  /** Why nobody can get it: quiet hours cover the hours, or the day is over everywhere. */
  problem: "quiet_hours" | "over" | null;
}

/**
 * @param quiet the installation's quiet hours, if they apply to the dispatch
 * @param zones the zones of the audience
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

/** Clock changes and quiet hours split the hours of a day into several ranges. */
const RANGES_MAX = 8;

/** The ranges of a day's hours in a zone; none when a clock change skips them all. */
function rangesOn(date: Temporal.PlainDate, hours: Hours, quiet: Hours | null, zone: string): TimeRange[] {
  const startOf = (days: number) => date.add({ days }).toZonedDateTime(zone).epochMilliseconds;
  // When `to` is not later than `from`, the hours end on the next day.
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
