import { format, stripVTControlCharacters } from "node:util";
import pino from "pino";

/**
 * A phone as texts have it: with its plus sign, in an address too, or as a number of its own that
 * is as long as one.
 */
const PHONE = /((?:\+|%2B)\d{3}|(?<![\w.,:[+-])[1-9]\d{2})\d{5,10}(\d{2})(?!\w)/gi;

/** Takes the middle out of whatever looks like a phone. */
export const maskPhones = (text: string): string => text.replace(PHONE, "$1…$2");

/**
 * One line an event. Never texts or whole phone numbers: those that somebody else's words bring
 * along, the database's in an error, say, are masked in each line.
 */
export const log = pino({
  level: process.env.LOG_LEVEL || "info",
  timestamp: pino.stdTimeFunctions.isoTime,
  hooks: { streamWrite: maskPhones },
});

/**
 * Next and the Inngest SDK speak to the console, in many lines. From now on that is one line an
 * event here, too.
 */
export function logConsole(): void {
  const levels = { log: "debug", info: "debug", warn: "warn", error: "error" } as const;
  for (const name of ["log", "info", "warn", "error"] as const) {
    console[name] = (...said: unknown[]) =>
      log[levels[name]]({ part: "console" }, stripVTControlCharacters(format(...said)));
  }
}
