import { Temporal } from "temporal-polyfill";
import type { FieldError } from "./errors";

/**
 * A date, `T`, a time, and perhaps an offset. ISO 8601 allows more (basic format, weeks); nobody
 * types it, and guessing is not our trade.
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
/** What {@link datetimeIssue} takes, from 1970 on: one pattern, for the documents. */
export const datetimePattern = new RegExp(
  `^(${YEAR}-${DAY_OF_YEAR}|${LEAP_YEAR}-02-29)[Tt]${HOUR}:[0-5]\\d(:[0-5]\\d([.,]\\d{1,9})?)?([Zz]|[+-]${HOUR}(:?[0-5]\\d)?)?$`,
);
const WINDOW_HOURS_MAX = 366 * 24;
const YEARS_AHEAD_MAX = 10;
const EARLIEST_YEAR = 1970;

export interface Window {
  start: Date;
  end: Date;
  /** A wall time that a clock change skips was moved forward. */
  moved: boolean;
  /**
   * A wall time comes twice, because the clocks go back; the earlier of the two instants was taken.
   */
  repeated: boolean;
}

interface Resolved {
  instant: Temporal.Instant;
  moved: boolean;
  repeated: boolean;
}

/**
 * Why a text is no datetime, or null. Impossible dates (30 February) are found here; clock changes
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
 * The instant of a datetime. Without an offset it is wall time in the zone: in a gap it moves
 * forward, in an overlap it is the earlier instant (RFC 5545 3.3.5; Temporal calls it
 * "compatible"). Postgres would take the later one, so this is never left to SQL.
 */
function resolve(text: string, timezone: string): Resolved {
  const iso = text.replace(",", ".");
  if (OFFSET.test(iso)) return { instant: Temporal.Instant.from(iso), moved: false, repeated: false };
  const wall = Temporal.PlainDateTime.from(iso);
  const zoned = wall.toZonedDateTime(timezone, { disambiguation: "compatible" });
  const moved = !zoned.toPlainDateTime().equals(wall);
  // In a gap the two readings differ as well: there neither shows the wall time, and it was moved.
  const repeated = !moved && !wall.toZonedDateTime(timezone, { disambiguation: "later" }).equals(zoned);
  return { instant: zoned.toInstant(), moved, repeated };
}

/** As it is written: so that a text alone says whether it is too early. */
const yearOf = (text: string) => Number(text.slice(0, 4));

/**
 * The window that two datetimes mean in a zone, or what is wrong with it. Both must have passed
 * {@link datetimeIssue}, and the zone must exist. A start in the past is no error: it starts at
 * once. Nor is `end = start`.
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
