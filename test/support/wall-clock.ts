import { type Hours, weekdays } from "@/lib/domain/daily-hours";

interface WallClock {
  weekday: number;
  minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clock on a wall shows, told by the platform's own tables and not by Temporal. */
function wallClock(zone: string, ms: number): WallClock {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
  formats.set(zone, format);
  const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  const weekday = weekdays.indexOf(parts.weekday!.toLowerCase() as (typeof weekdays)[number]);
  return { weekday, minute: Number(parts.hour) * 60 + Number(parts.minute) };
}

const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** Is the wall clock within the hours, which may have begun yesterday? */
function shows({ from, to, days }: Hours, { weekday, minute }: WallClock): boolean {
  const length = (minutes(to) - minutes(from) + 1440) % 1440 || 1440;
  const hasBegun = (day: number, at: number) =>
    days.includes(weekdays[day]!) && at >= minutes(from) && at < minutes(from) + length;
  return hasBegun(weekday, minute) || hasBegun((weekday + 6) % 7, minute + 1440);
}

/** May somebody in the zone be written to at that instant? */
export function isAllowedAt(
  { local, quiet }: { local: Hours | null; quiet: Hours | null },
  zone: string,
  ms: number,
): boolean {
  const clock = wallClock(zone, ms);
  return (!local || shows(local, clock)) && !(quiet && shows(quiet, clock));
}
