import { Temporal } from "temporal-polyfill";
import type { FieldError } from "./errors";

/**
 * A date, `T`, a time, and perhaps an offset. ISO 8601 allows more (basic format, weeks). Nobody
 * types those, and we do not guess.
 */
const DATETIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:[0-5]\d([.,]\d{1,9})?)?(Z|[+-]\d{2}(:?\d{2})?)?$/i;
const OFFSET = /(Z|[+-]\d{2}(:?\d{2})?)$/i;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const YEAR = "(19[7-9]\\d|[2-9]\\d{3})";
const LEAP_YEAR =
  "(19(7[26]|8[048]|9[26])|[2-9]\\d(0[48]|[2468][048]|[13579][26])|([2468][048]|[3579][26])00)";
const DAY_OF_YEAR =
  "((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|1\\d|2[0-8]))";
const HOUR = "([01]\\d|2[0-3])";
/** What {@link datetimeIssue} accepts, from 1970 on, as one pattern for the OpenAPI document. */
export const datetimePattern = new RegExp(
  `^(${YEAR}-${DAY_OF_YEAR}|${LEAP_YEAR}-02-29)[Tt]${HOUR}:[0-5]\\d(:[0-5]\\d([.,]\\d{1,9})?)?([Zz]|[+-]${HOUR}(:?[0-5]\\d)?)?$`,
);
const WINDOW_HOURS_MAX = 366 * 24;
const YEARS_AHEAD_MAX = 10;
const EARLIEST_YEAR = 1970;

export interface Window {
  start: Date;
  end: Date;
  /** A clock change skips the wall time, so we moved it forward. */
  moved: boolean;
  /** The wall time comes twice, because the clocks go back. We took the earlier instant. */
  repeated: boolean;
}

interface Resolved {
  instant: Temporal.Instant;
  moved: boolean;
  repeated: boolean;
}

/**
 * Why a text is not a datetime, or null. This finds impossible dates (30 February); clock changes
 * need a zone.
 */
export function datetimeIssue(text: string): "datetime" | "date_without_time" | null {
  if (DATE.test(text)) return "date_without_time";
  if (!DATETIME.test(text)) return "datetime";
  try {
    Temporal.PlainDateTime.from(text.replace(OFFSET, "").replace(",", "."), { overflow: "reject" });
    if (OFFSET.test(text)) Temporal.Instant.from(text.replace(",", "."));
    return null;
  } catch {
    return "datetime";
  }
}

/**
 * Finds the instant of a datetime. Without an offset it is wall time in the zone: in a gap we move
 * it forward, in an overlap we take the earlier instant (RFC 5545 3.3.5; Temporal calls this
 * "compatible"). Postgres would take the later one, so we never leave this to SQL.
 */
function resolve(text: string, timezone: string): Resolved {
  const iso = text.replace(",", ".");
  if (OFFSET.test(iso)) return { instant: Temporal.Instant.from(iso), moved: false, repeated: false };
  const wall = Temporal.PlainDateTime.from(iso);
  const zoned = wall.toZonedDateTime(timezone, { disambiguation: "compatible" });
  const moved = !zoned.toPlainDateTime().equals(wall);
  // In a gap "earlier" and "later" differ as well, but neither shows the wall time: `moved` says
  // so.
  const repeated = !moved && !wall.toZonedDateTime(timezone, { disambiguation: "later" }).equals(zoned);
  return { instant: zoned.toInstant(), moved, repeated };
}

/** The year as written, so that the text alone decides whether it is too early. */
const yearOf = (text: string) => Number(text.slice(0, 4));

/**
 * Finds the window that two datetimes mean in a zone, or what is wrong with it. Both texts must
 * have passed {@link datetimeIssue}, and the zone must exist. A start in the past is allowed: the
 * dispatch starts at once. So is `end = start`.
 */
export function resolveWindow(
  timezone: string,
  startText: string,
  endText: string,
  now: Date,
): { window: Window } | { errors: FieldError[] } {
  const start = resolve(startText, timezone);
  const end = resolve(endText, timezone);
  const errors: FieldError[] = [];
  const latest = Temporal.Instant.fromEpochMilliseconds(now.getTime())
    .toZonedDateTimeISO("UTC")
    .add({ years: YEARS_AHEAD_MAX })
    .toInstant();
  if (yearOf(startText) < EARLIEST_YEAR) errors.push({ pointer: "/start_datetime", code: "too_early" });
  if (yearOf(endText) < EARLIEST_YEAR) errors.push({ pointer: "/end_datetime", code: "too_early" });
  if (Temporal.Instant.compare(start.instant, latest) > 0)
    errors.push({ pointer: "/start_datetime", code: "start_too_far" });
  if (Temporal.Instant.compare(end.instant, start.instant) < 0)
    errors.push({ pointer: "/end_datetime", code: "end_before_start" });
  else if (end.instant.since(start.instant).total("hours") > WINDOW_HOURS_MAX)
    errors.push({ pointer: "/end_datetime", code: "window_too_long" });
  if (errors.length > 0) return { errors };
  const date = ({ instant }: Resolved) => new Date(instant.epochMilliseconds);
  return {
    window: {
      start: date(start),
      end: date(end),
      moved: start.moved || end.moved,
      repeated: start.repeated || end.repeated,
    },
  };
}
