import { Temporal } from "temporal-polyfill";
import type { Hours } from "./daily-hours";
import { weekdays } from "./daily-hours";
import { isTimeZone } from "./time-zone";

/**
 * When a person may be written to. A dispatch has hours to send in, an installation has hours to be
 * quiet in, and both are read off the clock on the person's wall. Pure: the wall clock of an
 * instant says whether it is allowed, so an hour that the clocks skip is no time, and one that
 * comes twice counts twice. Instants are milliseconds since the epoch.
 */

/** What holds for a dispatch. */
export interface HoursRule {
  /** Of the dispatch: sent in these alone. */
  local: Hours | null;
  /** Of the installation: not sent in these. */
  quiet: Hours | null;
  /** The dispatch's zone. */
  zone: string;
}

export interface TimeRange {
  fromMs: number;
  toMs: number;
}

/** Hours of a week repeat: what the clocks hide of one week they show in the next. */
const SEARCH_DAYS = 15;
const DAY_MS = 86_400_000;
/** What is handed over shortly before a night might arrive in it. */
const LAST_CLAIM_MS = 60_000;

/** The zone that a person's hours are read in; undefined: nobody knows it, and nothing is sent. */
export function zoneOf(rule: HoursRule, zone: string | null): string | undefined {
  if (zone !== null && isTimeZone(zone)) return zone;
  return rule.local?.unknown_zone === "skip" || rule.quiet?.unknown_zone === "skip" ? undefined : rule.zone;
}

/**
 * The ranges that may be sent in between two instants, in order, `max` of them at most. The first
 * begins now when now is one of them.
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
      // The search for the next one begins here.
      searchedMs = atMs;
      fromMs = undefined;
    }
    if (changeMs <= atMs) changeMs = nextChange(zone, atMs);
    const next: number = Math.min(changeMs, nextBoundary(rule, zone, atMs));
    // A week without an end of the range has none; one without a beginning neither.
    if (next >= endMs || next > Math.max(searchedMs, fromMs ?? 0) + untilMs - nowMs) break;
    atMs = next;
  }
  if (fromMs !== undefined && ranges.length < max) ranges.push({ fromMs, toMs: endMs });
  return ranges;
}

const known = new Map<string, { atMs: number; ranges: TimeRange[] }>();
const KNOWN_MAX = 5_000;

/**
 * The same as {@link rangesBetween}, as it was last computed: it holds until the first range is
 * over.
 */
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
 * Until when slots of a range are claimed: not in its last minute, where another one follows.
 * A short range has half of its time.
 */
export const lastClaimMs = ({ fromMs, toMs }: TimeRange, isFollowed: boolean): number =>
  isFollowed ? toMs - Math.min(LAST_CLAIM_MS, (toMs - fromMs) / 2) : toMs;

const zoned = (ms: number, zone: string) =>
  Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO(zone);

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

/** When the clocks are next changed in a zone. */
const nextChange = (zone: string, ms: number): number =>
  zoned(ms, zone).getTimeZoneTransition("next")?.epochMilliseconds ?? Number.POSITIVE_INFINITY;

/**
 * The next instant at which the wall clock may show another answer, while nobody changes it: none
 * lies between.
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
  // The same wall time may come twice: the next one counts.
  const candidates = (["earlier", "later"] as const).map(
    (disambiguation) => wall.toZonedDateTime(zone, { disambiguation }).epochMilliseconds,
  );
  return Math.min(...candidates.filter((candidate) => candidate > ms));
}
