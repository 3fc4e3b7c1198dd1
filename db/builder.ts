import { type Column, sql as raw, type SQL } from "drizzle-orm";

/** Pieces of the builder's statements that every subject shares. */

/** The time by the database's clock. */
export const clockNow = raw<Date>`clock_now()`;

/**
 * Rows numbered lower than `before`; all when it is null. A cursor may hold more than the column's
 * type does.
 */
export const isBefore = (no: Column, before: number | null): SQL | undefined =>
  before === null ? undefined : raw`${no} < ${before}::bigint`;
