import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { OperatorSource } from "@/lib/domain/audience/number-plan";
import type { SuppressionReason } from "@/lib/domain/audience/suppression";
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
    /** In the installation's currency; null = nobody has said. */
    pricePerSegment: numeric({ precision: 12, scale: 6 }),
    /**
     * The reservation: the first slot nobody has taken yet. Every claim moves it under the row's
     * lock.
     */
    nextSlotAt: instant().notNull().default(sql`'epoch'`),
    /**
     * Segments of each message in the slots reserved last: others after them need a gap. Negative:
     * mixed ones, of at most so many.
     */
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

/**
 * A phone number. Deleted softly: its number and its opt-out survive, and a re-import never opts
 * in.
 */
export const recipients = pgTable(
  "recipients",
  {
    no: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    phone: text().notNull(),
    /**
     * No foreign key, nor have tags of recipients one: see holdReferences in
     * db/audience/recipients.ts.
     */
    operatorNo: integer().notNull(),
    /**
     * Who says so: somebody `named` it, or it was found by the `number`. Null: unknown, of versions
     * that did not keep it.
     */
    operatorSource: text().$type<OperatorSource>(),
    timezone: text(),
    attributes: jsonb().$type<Record<string, string>>().notNull().default({}),
    optedOutAt: instant(),
    operatorChangedAt: instant(),
    /** When another time zone was written into the row: a trigger keeps it. */
    zoneChangedAt: instant(),
    deletedAt: instant(),
    createdAt: createdAt(),
    updatedAt: createdAt(),
  },
  (t) => [
    // It includes `no` and `deleted_at`, which Drizzle has no words for: a search by the beginning
    // of a phone reads nothing else.
    uniqueIndex("recipients_by_phone").on(t.phone),
    // A caller who says the end of their number is found by it. Four digits are the same for many,
    // and the tree keeps each once: whole numbers backwards would take several times the room.
    index("recipients_by_last_digits").on(sql`right(${t.phone}, 4)`),
    index("recipients_operator").on(t.operatorNo, t.no),
    index("recipients_operator_changed").on(t.operatorChangedAt).where(sql`operator_changed_at is not null`),
    // What people of one time zone are found by.
    index("recipients_zone").on(t.operatorNo, t.timezone, t.no),
    index("recipients_zone_changed").on(t.zoneChangedAt).where(sql`zone_changed_at is not null`),
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
  (t) => [
    primaryKey({ columns: [t.tagNo, t.recipientNo] }),
    index("recipient_tags_recipient").on(t.recipientNo),
  ],
);

/**
 * Names of attributes that somebody has, or once had: what a personal text may name. Imports and
 * edits of recipients add to it; nothing takes from it.
 */
export const attributeNames = pgTable("attribute_names", { name: text().primaryKey() });

/**
 * Numbers that must not be written to, one row a number and reason, with or without a recipient.
 * `recipients.opted_out_at`, which claims read, is set exactly while a row is here; a number that
 * is no recipient's has a deleted recipient of no operator.
 */
export const suppressions = pgTable(
  "suppressions",
  {
    no: bigint({ mode: "number" }).notNull().unique().generatedAlwaysAsIdentity(),
    /** E.164 without "+". */
    phone: bigint({ mode: "number" }).notNull(),
    reason: text().$type<SuppressionReason>().notNull(),
    /** Who or what it comes from: a name of the audit log, `import <id>`, `message <id>`. */
    source: text().notNull(),
    at: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.phone, t.reason] }), index("suppressions_at").on(t.at)],
);

/**
 * What is remembered of an erasure: whose messages are to be scrubbed once their dispatches are
 * over. The recipient's row stays, so that its number is never given again, and so do its messages,
 * so that nobody is written to twice.
 */
export const erasures = pgTable(
  "erasures",
  {
    no: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    /** What stands in the audit log where the phone was. */
    id: uuid().notNull().unique(),
    recipientNo: bigint({ mode: "number" }).notNull(),
    at: createdAt(),
    /** No message has the phone any more, and none will. */
    doneAt: instant(),
  },
  (t) => [index("erasures_at").on(t.at), index("erasures_open").on(t.no).where(sql`done_at is null`)],
);

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/**
 * Suppressions of people who were erased: the number itself is not kept, but what it makes with
 * the key of {@link erasureKeys} (`erased_hash`). A trigger of `recipients` puts them back when the
 * number comes again.
 */
export const erasedSuppressions = pgTable(
  "erased_suppressions",
  {
    hash: bytea().notNull(),
    reason: text().$type<SuppressionReason>().notNull(),
    at: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.hash, t.reason] })],
);

/** One row: the key of HMAC-SHA256, as its two pads. The migration made it; it never changes. */
export const erasureKeys = pgTable("erasure_keys", {
  no: integer().primaryKey().default(1),
  innerPad: bytea().notNull(),
  outerPad: bytea().notNull(),
});

/** What people answered: one row a message, however often its gateway tells of it. */
export const inboundMessages = pgTable(
  "inbound_messages",
  {
    no: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    id: uuid().notNull().unique().defaultRandom(),
    /** The one that it came by, and what it calls the message. */
    gateway: text().notNull(),
    externalId: text().notNull(),
    /** Who wrote it: E.164. */
    phone: text().notNull(),
    /** The number or name that it was written to, as the gateway has it. */
    sentTo: text(),
    body: text().notNull(),
    /** When it was written, as the gateway says. */
    at: instant().notNull(),
    receivedAt: createdAt(),
    keyword: text().$type<"stop" | "start">(),
  },
  (t) => [
    unique("inbound_messages_external").on(t.gateway, t.externalId),
    index("inbound_messages_phone").on(t.phone, t.no),
  ],
);

/**
 * How many recipients carry a tag: the sum of its rows. Each statement that gives or takes tags
 * adds a row with its change (a trigger of `recipient_tags`), so that no transaction waits for
 * another's row; sweeps fold them.
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

/** An audience with a name. What it asks for are its `audience_terms`. */
export const audiences = pgTable("audiences", {
  no: integer().primaryKey().generatedAlwaysAsIdentity(),
  id: uuid().notNull().unique(),
  name: text().notNull().unique(),
  /** Rises with every edit. */
  version: integer().notNull().default(1),
  createdAt: createdAt(),
  updatedAt: createdAt(),
});

/**
 * One import of a file. Any process may work on it; the one that does has `token` until
 * `leaseUntil`. `import_parts` is the file until it is read, `import_rows` the rows that were read.
 */
export const imports = pgTable("imports", {
  no: integer().primaryKey().generatedAlwaysAsIdentity(),
  id: uuid().notNull().unique(),
  status: text().$type<"running" | "reviewed" | "completed" | "failed" | "undone">().notNull(),
  /** Of a running one. */
  stage: text().$type<"receiving" | "reading" | "applying" | "undoing">(),
  kind: text().$type<"recipients" | "opt_outs" | "number_ranges">().notNull().default("recipients"),
  /** How it is to be read and applied: what the caller chose. */
  options: jsonb().notNull().default({}),
  /** What the file turned out to be, once it is read. */
  found: jsonb(),
  isDryRun: boolean().notNull().default(false),
  token: uuid(),
  leaseUntil: instant(),
  /** The last line that has been applied, or undone. */
  cursor: integer().notNull().default(0),
  rows: integer().notNull().default(0),
  created: integer().notNull().default(0),
  updated: integer().notNull().default(0),
  unchanged: integer().notNull().default(0),
  merged: integer().notNull().default(0),
  rejected: integer().notNull().default(0),
  warned: integer().notNull().default(0),
  optedOut: integer().notNull().default(0),
  undone: integer().notNull().default(0),
  /** Left as they were by the undoing. */
  kept: integer().notNull().default(0),
  error: text(),
  actor: text().notNull(),
  /** What the file was called where it came from; null when nobody said. */
  fileName: text(),
  createdAt: createdAt(),
  updatedAt: createdAt(),
  finishedAt: instant(),
});

/** The bytes of a file, until it has been read. */
export const importParts = pgTable(
  "import_parts",
  {
    importNo: integer()
      .notNull()
      .references(() => imports.no, { onDelete: "cascade" }),
    part: integer().notNull(),
    bytes: bytea().notNull(),
  },
  (t) => [primaryKey({ columns: [t.importNo, t.part] })],
);

/**
 * A row of a file as it was read, and what became of it. Kept for as long as the import can be
 * undone.
 */
export const importRows = pgTable(
  "import_rows",
  {
    /** No foreign key: it would be asked for each row, and costs half of the time. */
    importNo: integer().notNull(),
    /** Of the file, from 1; the one it begins on. */
    line: integer().notNull(),
    phone: text(),
    operatorNo: integer(),
    /** The file named the operator; otherwise ranges or prefixes did. */
    isOperatorGiven: boolean().notNull().default(false),
    timezone: text(),
    tags: text().array(),
    attributes: jsonb().$type<Record<string, string>>(),
    isOptedOut: boolean().notNull().default(false),
    /** Why it is rejected, and what it is applied in spite of: `[{code, column, value}]`. */
    problem: jsonb(),
    warnings: jsonb(),
    /** As read, one cell an element: of rejected rows. */
    cells: text().array(),
    /** The first row of the same number, which has taken this one in. */
    mergedInto: integer(),
    /**
     * Null also of those whom applying made: that is most rows of most files, and their batch says
     * it of all of them (`importBatches`).
     */
    outcome: text().$type<"created" | "updated" | "unchanged" | "undone" | "kept_sent" | "kept_changed">(),
    recipientNo: bigint({ mode: "number" }),
    /** What applying it changed: the recipient as it was. */
    before: jsonb(),
    appliedAt: instant(),
  },
  (t) => [
    primaryKey({ columns: [t.importNo, t.line] }),
    // Which other files have said of a number that it has opted out.
    index("import_rows_opted_out").on(t.phone).where(sql`is_opted_out`),
  ],
);

/**
 * Lines of a file that have been applied, `afterLine` < line ≤ `toLine`. A recipient who has the
 * number of one of them, and was made at that instant, was made by it.
 */
export const importBatches = pgTable(
  "import_batches",
  {
    importNo: integer()
      .notNull()
      .references(() => imports.no, { onDelete: "cascade" }),
    afterLine: integer().notNull(),
    toLine: integer().notNull(),
    appliedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.importNo, t.toLine] })],
);

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

/**
 * Which load of number ranges holds: one row. Whoever finds an operator by a number holds it (`for
 * share`) until they have written that, and a new load waits for them.
 */
export const numberPlan = pgTable("number_plan", {
  no: integer().primaryKey().default(1),
  /** Null: none, numbers are found by prefixes alone. */
  loadNo: integer(),
});

/** Numbers and whose they are, by the loads that they came with (`imports` of their kind). */
export const numberRanges = pgTable(
  "number_ranges",
  {
    loadNo: integer().notNull(),
    /** Its place in the order of its load, from 1. */
    no: integer().notNull(),
    /** E.164 without "+". Ranges of one load do not overlap. */
    firstPhone: bigint({ mode: "number" }).notNull(),
    lastPhone: bigint({ mode: "number" }).notNull(),
    operatorNo: integer().notNull(),
    region: text(),
    timezone: text(),
  },
  (t) => [
    primaryKey({ columns: [t.loadNo, t.no] }),
    uniqueIndex("number_ranges_first_phone").on(t.loadNo, t.firstPhone),
  ],
);
