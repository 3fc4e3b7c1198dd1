import { Temporal } from "temporal-polyfill";
import { plusDays } from "./period";

/** When a day begins in a zone: a little later than midnight where the clocks skip it. */
export const startOfDay = (day: string, timezone: string): Date =>
  new Date(Temporal.PlainDate.from(plusDays(day, 0)).toZonedDateTime(timezone).epochMilliseconds);

/** The wall clock of a zone at an instant, in milliseconds since the epoch. */
export const zoned = (ms: number, zone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO(zone);
