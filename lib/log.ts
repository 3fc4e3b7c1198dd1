import pino from "pino";

/** One line an event. Never texts or whole phone numbers. */
export const log = pino({ level: process.env.LOG_LEVEL || "info", timestamp: pino.stdTimeFunctions.isoTime });
