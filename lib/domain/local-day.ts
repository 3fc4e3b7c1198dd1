import { Temporal } from "temporal-polyfill";
import { zoned } from "./days";

/** Night lasts from 21:00 to 09:00 by the wall clock where the recipient lives. */
const NIGHT_BEGINS = Temporal.PlainTime.from("21:00");
const NIGHT_ENDS = Temporal.PlainTime.from("09:00");
/**
 * Nights repeat: the share of night in the first days of a long stretch is the share in all of it.
 */
const STRETCH_MS_MAX = 14 * 86_400_000;

/**
 * When the day of an instant began in a zone, in milliseconds since the epoch. The clocks may skip
 * midnight.
 */
export const startOfDayMs = (ms: number, zone: string): number =>
  zoned(ms, zone).startOfDay().epochMilliseconds;

/**
 * The share of a stretch of time that is night in a zone, from 0 to 1. A stretch without length is
 * one instant.
 */
export function nightShare(zone: string, fromMs: number, toMs: number): number {
  const untilMs = Math.min(Math.max(toMs, fromMs + 1), fromMs + STRETCH_MS_MAX);
  let nightMs = 0;
  let date = zoned(fromMs, zone).toPlainDate().subtract({ days: 1 });
  for (;;) {
    const beginsMs = date.toZonedDateTime({ timeZone: zone, plainTime: NIGHT_BEGINS }).epochMilliseconds;
    if (beginsMs >= untilMs) return nightMs / (untilMs - fromMs);
    date = date.add({ days: 1 });
    const endsMs = date.toZonedDateTime({ timeZone: zone, plainTime: NIGHT_ENDS }).epochMilliseconds;
    nightMs += Math.max(0, Math.min(endsMs, untilMs) - Math.max(beginsMs, fromMs));
  }
}
