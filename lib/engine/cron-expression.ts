// Five-field cron as a real server reads it (minute, hour, day of month, month, day of week), with
// the descriptors @hourly … @yearly and an optional `TZ=Area/City ` in front. Where the engine is
// told to, a sixth field in front gives seconds. No library: of a time that a clock change skips,
// croner 11 makes a later one, and it runs one that comes twice only once; robfig/cron, which a
// real server uses, skips the first and runs the second twice. croner also takes L, W and #, and
// refuses 5/15.

const NAMES = {
  month: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  weekday: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
};
const DESCRIPTORS: Record<string, string> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};
const SEARCH_YEARS = 5;

export interface Cron {
  seconds: Set<number> | undefined;
  minutes: Set<number>;
  hours: Set<number>;
  days: Set<number>;
  months: Set<number>;
  weekdays: Set<number>;
  /** As in every cron: when both are restricted, either day matches. */
  anyDay: boolean;
  zone: string;
}

/** Throws an error that says what is wrong with the expression. */
export function parseCron(expression: string, withSeconds = false): Cron {
  const [, zone = "UTC", rest = ""] = expression.trim().match(/^(?:(?:CRON_)?TZ=(\S+)\s+)?(.*)$/s) ?? [];
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
  } catch {
    throw new Error(`unknown time zone "${zone}"`);
  }
  const fields = (DESCRIPTORS[rest] ?? rest).split(/\s+/);
  const seconds = withSeconds && fields.length === 6 ? parseField(fields.shift()!, 0, 59) : undefined;
  if (fields.length !== 5) throw new Error(`"${expression}" does not have five fields`);
  const [minute, hour, day, month, weekday] = fields as [string, string, string, string, string];
  const weekdays = parseField(weekday, 0, 7, NAMES.weekday);
  if (weekdays.has(7)) weekdays.add(0);
  return {
    seconds,
    minutes: parseField(minute, 0, 59),
    hours: parseField(hour, 0, 23),
    days: parseField(day, 1, 31),
    months: parseField(month, 1, 12, NAMES.month, 1),
    weekdays,
    anyDay: !/^[*?]/.test(day) && !/^[*?]/.test(weekday),
    zone,
  };
}

/**
 * The first moment after `after` (milliseconds) that matches; undefined when there is none within
 * five years (31 February).
 */
export function nextCron(cron: Cron, after: number): number | undefined {
  const clock = wallClock(cron.zone);
  const step = cron.seconds ? 1_000 : 60_000;
  const end = after + SEARCH_YEARS * 366 * 86_400_000;
  for (let t = Math.floor(after / step) * step + step; t < end; ) {
    const now = clock(t);
    const dayOk = cron.days.has(now.day);
    const weekdayOk = cron.weekdays.has(now.weekday);
    const dateOk = cron.months.has(now.month) && (cron.anyDay ? dayOk || weekdayOk : dayOk && weekdayOk);
    // Zones are offset by whole quarters of an hour, so skipping to the next quarter never jumps
    // over a change of date or hour.
    if (!dateOk || !cron.hours.has(now.hour)) t = Math.floor(t / 900_000) * 900_000 + 900_000;
    else if (!cron.minutes.has(now.minute)) t = Math.floor(t / 60_000) * 60_000 + 60_000;
    else if (cron.seconds && !cron.seconds.has(now.second)) t += 1_000;
    else return t;
  }
  return undefined;
}

function parseField(
  field: string,
  min: number,
  max: number,
  names: string[] = [],
  firstName = 0,
): Set<number> {
  const values = new Set<number>();
  const number = (text: string): number => {
    const named = names.indexOf(text.toLowerCase());
    const value = named >= 0 ? named + firstName : /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) throw new Error(`"${field}" is not between ${min} and ${max}`);
    return value;
  };
  for (const part of field.split(",")) {
    const [range = "", stepText, extra] = part.split("/");
    const step = stepText === undefined ? 1 : Number(stepText);
    if (!Number.isInteger(step) || step < 1 || extra !== undefined)
      throw new Error(`"${field}" has a bad step`);
    const [from = "", to] = range.split("-");
    const first = range === "*" || range === "?" ? min : number(from);
    const last =
      range === "*" || range === "?"
        ? max
        : to !== undefined
          ? number(to)
          : stepText === undefined
            ? first
            : max;
    if (last < first) throw new Error(`"${field}" runs backwards`);
    for (let value = first; value <= last; value += step) values.add(value);
  }
  return values;
}

interface WallClock {
  month: number;
  day: number;
  weekday: number;
  hour: number;
  minute: number;
  second: number;
}

function wallClock(zone: string): (t: number) => WallClock {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (t) => {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(t)) part[type] = Number(value);
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = part;
    return {
      month,
      day,
      weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay(),
      hour,
      minute,
      second,
    };
  };
}
