import { format, stripVTControlCharacters } from "node:util";
import pino from "pino";

/** One line an event. Never texts or whole phone numbers. */
export const log = pino({ level: process.env.LOG_LEVEL || "info", timestamp: pino.stdTimeFunctions.isoTime });

/** Next and the Inngest SDK speak to the console, in many lines. From now on that is one line an event here, too. */
export function logConsole(): void {
  const levels = { log: "debug", info: "debug", warn: "warn", error: "error" } as const;
  for (const name of ["log", "info", "warn", "error"] as const) {
    console[name] = (...said: unknown[]) => log[levels[name]]({ part: "console" }, stripVTControlCharacters(format(...said)));
  }
}
