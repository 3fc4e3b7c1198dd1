import { Temporal } from "temporal-polyfill";
import { plusDays } from "./period";

/** When a day begins in a zone: where it has no midnight, a little later. */
export const startOfDay = (day: string, timezone: string): Date =>
  new Date(Temporal.PlainDate.from(plusDays(day, 0)).toZonedDateTime(timezone).epochMilliseconds);
