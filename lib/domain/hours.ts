import type { Hours } from "./daily-hours";
import { weekdays } from "./daily-hours";
import { zoned } from "./days";
import { isTimeZone } from "./time-zone";

/**
 * When a person may be written to. A dispatch has hours in which it sends, and an installation has
 * quiet hours. Both are read off the wall clock where the person lives. Pure: only the wall clock
 * of an instant decides. So an hour that the clocks skip is no time, and an hour that comes twice
 * counts twice. Instants are milliseconds since the epoch.
 */

/** The hours of one dispatch. */
export interface HoursRule {
  /** Hours of the dispatch: it sends in these only. */
  local: Hours | null;
  /** Quiet hours of the installation: it does not send in these. */
  quiet: Hours | null;
  /** The dispatch's zone. */
  zone: string;
}

export interface TimeRange {
  fromMs: number;
  toMs: number;
}

/**
 * How far we search. Hours repeat every week, and what a clock change hides in one week shows in
 * the next.
 */
const SEARCH_DAYS = 15;
const DAY_MS = 86_400_000;
/** A message handed over shortly before quiet hours might arrive within them. */
const LAST_CLAIM_MS = 60_000;

/** The zone in which we read a person's hours; undefined: unknown, so nothing is sent. */
export function zoneOf(rule: HoursRule, zone: string | null): string | undefined {
  if (zone !== null && isTimeZone(zone)) return zone;
  return rule.local?.unknown_zone === "skip" || rule.quiet?.unknown_zone === "skip" ? undefined : rule.zone;
}

/**
 * Finds the ranges between two instants in which we may send, in order, at most `max` of them. The
 * first begins now if now is allowed.
 */
export function rangesBetween(
  rule: Pick<HoursRule, "local" | "quiet">,
  zone: string,
  nowMs: number,
  endMs: number,
  max: number,
): TimeRange[] {
  if (nowMs >= endMs) return [];
  if (!rule.local && !rule.quiet) return [{ fromMs: nowMs, toMs: endMs }];
  const untilMs = nowMs + SEARCH_DAYS * DAY_MS;
  const ranges: TimeRange[] = [];
  let fromMs: number | undefined;
  let searchedMs = nowMs;
  let changeMs = nextChange(zone, nowMs);
  for (let atMs: number | undefined = nowMs; atMs !== undefined && ranges.length < max; ) {
    const allowed = isAllowed(rule, zone, atMs);
    if (allowed) fromMs ??= atMs;
    else if (fromMs !== undefined) {
      ranges.push({ fromMs, toMs: atMs });
      // The search for the next range begins here.
      searchedMs = atMs;
      fromMs = undefined;
    }
    if (changeMs <= atMs) changeMs = nextChange(zone, atMs);
    const next: number = Math.min(changeMs, nextBoundary(rule, zone, atMs));
    // When a week shows no end of the range, it has none; when a week shows no beginning, there is
    // no range.
    if (next >= endMs || next > Math.max(searchedMs, fromMs ?? 0) + untilMs - nowMs) break;
    atMs = next;
  }
  if (fromMs !== undefined && ranges.length < max) ranges.push({ fromMs, toMs: endMs });
  return ranges;
}

const known = new Map<string, { atMs: number; ranges: TimeRange[] }>();
const KNOWN_MAX = 5_000;

/** {@link rangesBetween} with a cache: an answer stays valid until its first range is over. */
export function knownRanges(
  { local, quiet }: Pick<HoursRule, "local" | "quiet">,
  zone: string,
  nowMs: number,
  endMs: number,
  max: number,
): TimeRange[] {
  const key = JSON.stringify([local, quiet, zone, endMs, max]);
  const found = known.get(key);
  if (found && nowMs >= found.atMs && nowMs < (found.ranges[0]?.toMs ?? endMs)) return found.ranges;
  if (known.size >= KNOWN_MAX) known.clear();
  const ranges = rangesBetween({ local, quiet }, zone, nowMs, endMs, max);
  known.set(key, { atMs: nowMs, ranges });
  return ranges;
}

/**
 * Until when we claim slots of a range. When another range follows, we leave the last minute of
 * this one free; of a short range the last half.
 */
export const lastClaimMs = ({ fromMs, toMs }: TimeRange, isFollowed: boolean): number =>
  isFollowed ? toMs - Math.min(LAST_CLAIM_MS, (toMs - fromMs) / 2) : toMs;

function isAllowed({ local, quiet }: Pick<HoursRule, "local" | "quiet">, zone: string, ms: number): boolean {
  const at = zoned(ms, zone);
  const minute = at.hour * 60 + at.minute;
  return (
    (!local || isWithin(local, at.dayOfWeek - 1, minute)) &&
    !(quiet && isWithin(quiet, at.dayOfWeek - 1, minute))
  );
}

function isWithin({ from, to, days }: Hours, weekday: number, minute: number): boolean {
  const [begins, ends] = [minutesOf(from), minutesOf(to)];
  const on = (day: number) => days.includes(weekdays[(day + 7) % 7]!);
  if (begins < ends) return on(weekday) && minute >= begins && minute < ends;
  return (on(weekday) && minute >= begins) || (on(weekday - 1) && minute < ends);
}

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** The next clock change of a zone. */
const nextChange = (zone: string, ms: number): number =>
  zoned(ms, zone).getTimeZoneTransition("next")?.epochMilliseconds ?? Number.POSITIVE_INFINITY;

/**
 * The next instant at which the wall clock may change the answer. No answer changes before it,
 * except by a clock change.
 */
function nextBoundary(rule: Pick<HoursRule, "local" | "quiet">, zone: string, ms: number): number {
  const at = zoned(ms, zone);
  const times = [rule.local, rule.quiet].flatMap((hours) => (hours ? [hours.from, hours.to] : []));
  const minute = at.hour * 60 + at.minute;
  const later = times.map(minutesOf).filter((time) => time > minute && time < 1440);
  const date = at.toPlainDate();
  const wall =
    later.length > 0
      ? date.toPlainDateTime({ hour: Math.floor(Math.min(...later) / 60), minute: Math.min(...later) % 60 })
      : date.add({ days: 1 }).toPlainDateTime();
  // The same wall time may come twice: take the next one.
  const candidates = (["earlier", "later"] as const).map(
    (disambiguation) => wall.toZonedDateTime(zone, { disambiguation }).epochMilliseconds,
  );
  return Math.min(...candidates.filter((candidate) => candidate > ms));
}
