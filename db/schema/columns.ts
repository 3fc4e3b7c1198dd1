import { bigint, timestamp } from "drizzle-orm/pg-core";

/** An instant. Rows keep instants; the zone and the text a user typed are stored beside them. */
export const instant = () => timestamp({ withTimezone: true, precision: 3 });
export const createdAt = () => instant().notNull().defaultNow();
/**
 * A counter of messages. Signed: a receipt may take one from a lane whose chunk has not been folded
 * into it yet; only sums are exact.
 */
export const counter = () => bigint({ mode: "number" }).notNull().default(0);
