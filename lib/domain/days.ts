import { Temporal } from "temporal-polyfill";
import { plusDays } from "./period";

/** When a day begins in a zone: a little later than midnight where the clocks skip it. */
export const startOfDay = (day: string, timezone: string): Date =>
  new Date(Temporal.PlainDate.from(plusDays(day, 0)).toZonedDateTime(timezone).epochMilliseconds);
