import { bigint, index, jsonb, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";

/**
 * A worker says every few seconds that it lives, and what it alone can know: what its breakers and
 * its calls to the engine have seen.
 */
export const workerHeartbeats = pgTable("worker_heartbeats", {
  id: uuid().primaryKey(),
  startedAt: timestamp({ withTimezone: true }).notNull(),
  at: timestamp({ withTimezone: true }).notNull(),
  /** What was wrong when it asked the engine; null when all was well. */
  engineFault: text(),
  /** Gateways that refuse, by operator: one breaker each. */
  refusing: jsonb().$type<{ operatorNo: number; reason: string; since: string }[]>().notNull().default([]),
  /** Of the program that runs it; null: older than this column. */
  version: text(),
  /**
   * The newest migration that it knows, in milliseconds: when the database has a newer one, it
   * claims nothing. null: it works with any.
   */
  knownMigration: bigint({ mode: "number" }),
});

/**
 * How each component was, sampled every minute. A sample that says what the one before it said
 * extends that one's row instead of making its own, so a quiet day is one row a component; time
 * between two rows was seen by nobody.
 */
export const healthSamples = pgTable(
  "health_samples",
  {
    no: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text().notNull(),
    /** Of a gateway or an operator; empty for the others. */
    name: text().notNull().default(""),
    state: text().$type<"ok" | "degraded" | "down">().notNull(),
    /** Why, as a code of the status page's texts. */
    code: text().notNull(),
    fromAt: timestamp({ withTimezone: true }).notNull(),
    toAt: timestamp({ withTimezone: true }).notNull(),
  },
  // No index names to_at: extending a row is a HOT update.
  (t) => [index("health_samples_component").on(t.kind, t.name, t.no.desc())],
);

/** Somebody has said that they know of a component's fault: the last who did. */
export const acknowledgements = pgTable(
  "acknowledgements",
  {
    kind: text().notNull(),
    /** Of a gateway or an operator; empty for the others. */
    name: text().notNull().default(""),
    by: text().notNull(),
    at: timestamp({ withTimezone: true }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.name] })],
);
