import { sql } from "drizzle-orm";
import { bigint, check, index, integer, jsonb, numeric, pgTable, primaryKey, smallint, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { createdAt, instant } from "./columns";

/** A mobile operator: what an audience is filtered by, and the owner of a rate. */
export const operators = pgTable(
  "operators",
  {
    no: integer().primaryKey().generatedAlwaysAsIdentity(),
    id: uuid().notNull().unique(),
    code: text().notNull().unique(),
    name: text().notNull(),
    /** SMS segments a second over all dispatches and processes; null = no limit. */
    rate: numeric({ mode: "number" }),
    /** Leading digits of the numbers it serves, without "+". */
    prefixes: text().array().notNull().default(sql`'{}'`),
    gateway: text().notNull().default("default"),
    /** The reservation: the first slot nobody has taken yet. Every claim moves it under the row's lock. */
    nextSlotAt: instant().notNull().default(sql`'epoch'`),
    /** Segments of each message in the slots reserved last: others after them need a gap. */
    lastSegments: smallint().notNull().default(1),
    createdAt: createdAt(),
    updatedAt: createdAt(),
  },
  (t) => [check("operators_rate_positive", sql`${t.rate} > 0`)],
);

export const tags = pgTable("tags", {
  no: integer().primaryKey().generatedAlwaysAsIdentity(),
  id: uuid().notNull().unique(),
  name: text().notNull().unique(),
  createdAt: createdAt(),
});

/** A phone number. Deleted softly: its number and its opt-out survive, and a re-import never opts in. */
export const recipients = pgTable(
  "recipients",
  {
    no: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    phone: text().notNull(),
    /** No foreign key, nor have tags of recipients one: see holdReferences in db/audience/recipients.ts. */
    operatorNo: integer().notNull(),
    timezone: text(),
    attributes: jsonb().$type<Record<string, string>>().notNull().default({}),
    optedOutAt: instant(),
    operatorChangedAt: instant(),
    deletedAt: instant(),
    createdAt: createdAt(),
    updatedAt: createdAt(),
  },
  (t) => [
    // It includes `no` and `deleted_at`, which Drizzle has no words for: a search by the beginning of a phone reads nothing else.
    uniqueIndex("recipients_by_phone").on(t.phone),
    index("recipients_operator").on(t.operatorNo, t.no),
    index("recipients_operator_changed").on(t.operatorChangedAt).where(sql`operator_changed_at is not null`),
    // Recipient numbers are the low half of a message's id.
    check("recipients_no_32_bits", sql`${t.no} > 0 and ${t.no} < 4294967296`),
  ],
);

export const recipientTags = pgTable(
  "recipient_tags",
  {
    tagNo: integer().notNull(),
    recipientNo: bigint({ mode: "number" }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.tagNo, t.recipientNo] }), index("recipient_tags_recipient").on(t.recipientNo)],
);

/**
 * How many recipients carry a tag: the sum of its rows. Each statement that gives or takes tags adds what it changed (a trigger of
 * `recipient_tags`), so that nobody waits for a row that others count in; sweeps fold them.
 */
export const tagCounts = pgTable(
  "tag_counts",
  {
    no: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    tagNo: integer().notNull(),
    count: bigint({ mode: "number" }).notNull(),
  },
  (t) => [index("tag_counts_tag").on(t.tagNo, t.count)],
);

/** One CSV import. Its row errors are rows of their own, so that a bad file of a million lines costs no memory. */
export const imports = pgTable("imports", {
  no: integer().primaryKey().generatedAlwaysAsIdentity(),
  id: uuid().notNull().unique(),
  status: text().$type<"running" | "completed" | "failed">().notNull(),
  rows: integer().notNull().default(0),
  created: integer().notNull().default(0),
  updated: integer().notNull().default(0),
  rejected: integer().notNull().default(0),
  error: text(),
  actor: text().notNull(),
  /** What the file was called where it came from; null when nobody said. */
  fileName: text(),
  createdAt: createdAt(),
  updatedAt: createdAt(),
  finishedAt: instant(),
});

export const importErrors = pgTable(
  "import_errors",
  {
    importNo: integer()
      .notNull()
      .references(() => imports.no, { onDelete: "cascade" }),
    line: integer().notNull(),
    code: text().notNull(),
    /** The row as it was read, one cell an element. */
    cells: text().array().notNull(),
  },
  (t) => [primaryKey({ columns: [t.importNo, t.line] })],
);
