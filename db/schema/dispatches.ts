import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import type { Clause } from "@/lib/domain/audience/clause";
import type { Hours } from "@/lib/domain/daily-hours";
import type { DispatchStatus } from "@/lib/domain/lifecycle";
import { audiences, operators, recipients, tags } from "./audience";
import { counter, createdAt, instant } from "./columns";

/** Lists show no tests, and nothing that was deleted. */
const isListed = sql`deleted_at is null and recipient_no is null`;

/** One text, one window, one filter. */
export const dispatches = pgTable(
  "dispatches",
  {
    /** The high half of its messages' ids. */
    no: integer().primaryKey().generatedAlwaysAsIdentity(),
    id: uuid().notNull().unique(),
    status: text().$type<DispatchStatus>().notNull().default("scheduled"),
    timezone: text().notNull(),
    startAt: instant().notNull(),
    endAt: instant().notNull(),
    /** The datetimes as they were typed, for showing and for moving to another zone. */
    startInput: text().notNull(),
    endInput: text().notNull(),
    /** What its makers call it; recipients never see it. */
    name: text(),
    messageText: text().notNull(),
    /**
     * Its text has placeholders (`lib/domain/text/personal-text.ts`): each person gets one of their
     * own. What was there before this column is literal.
     */
    personal: boolean().notNull().default(false),
    /** Whose text would have more segments gets none. */
    maxSegments: smallint(),
    /** Whom it is from, of the senders of its operators' gateways; null: the first of each. */
    sender: text(),
    /**
     * SMS segments of one message; what the operator's rate counts. Of a personal text: the mean of
     * a sample when it was written, rounded up. Forecasts alone believe that: a claim counts what
     * each text has.
     */
    segments: smallint().notNull(),
    operatorNo: integer().references(() => operators.no),
    tagNo: integer().references(() => tags.no),
    /** Its audience is an expression: its `audience_terms`. Filters are null then. */
    hasTerms: boolean().notNull().default(false),
    /**
     * Of one with terms: how many there were when it was written, by operator, for forecasts:
     * `{"<operator_no>": 12}`. An estimate.
     */
    expected: jsonb().$type<Record<string, number>>(),
    /** A test: it goes to this recipient alone, whatever the filters. */
    recipientNo: bigint({ mode: "number" }).references(() => recipients.no),
    /** A test of this gateway goes through it, whatever the operator names, and is tried once. */
    gateway: text(),
    /** Each recipient is sent to in these hours of their own day alone. */
    localTime: jsonb().$type<Hours>(),
    /** The installation's quiet hours do not hold for it. */
    ignoreQuietHours: boolean().notNull().default(false),
    /**
     * Codes that were true when it was created; others (window_closed, …) are derived when it is
     * read.
     */
    warnings: jsonb().$type<string[]>().notNull().default([]),
    /** The highest recipient number that belongs to it: fixed at opening. */
    maxNo: bigint({ mode: "number" }),
    /** How many belong: counted after opening, squared at drain; null until it opens. */
    audience: bigint({ mode: "number" }),
    /** The actor on whose daily count it is (`daily_spend.actor`); null: there was no ceiling. */
    payer: text(),
    /** How many recipients were counted for it so far, and the ceiling of that count. */
    recipientsPaid: bigint({ mode: "number" }).notNull().default(0),
    recipientsMax: bigint({ mode: "number" }),
    /** People never claimed when it ended have no message row; they are counted here. */
    unclaimedExpired: counter(),
    unclaimedCancelled: counter(),
    unclaimedSkipped: counter(),
    /** Rises with every edit, not with progress or state. */
    version: integer().notNull().default(1),
    /** Who made it, by the name that the audit log has; null: made before it was kept here. */
    author: text(),
    createdAt: createdAt(),
    updatedAt: createdAt(),
    startedAt: instant(),
    finishedAt: instant(),
    /** Since when its messages are being deleted for their age: nothing may ask them any more. */
    messagesDroppingAt: instant(),
    /** Its message rows were too old to be kept; its counters stay. */
    messagesDroppedAt: instant(),
    deletedAt: instant(),
  },
  (t) => [
    check("dispatches_no_31_bits", sql`${t.no} > 0 and ${t.no} < 2147483648`),
    check("dispatches_window", sql`${t.endAt} >= ${t.startAt}`),
    // What retention looks for: everything that is over and still has its messages.
    index("dispatches_with_messages")
      .on(t.finishedAt)
      .where(sql`messages_dropped_at is null and finished_at is not null`),
    // What the sweep looks for: everything that is not over.
    index("dispatches_unfinished")
      .on(t.status, t.startAt)
      .where(sql`status in ('scheduled', 'running', 'paused')`),
    // What lists are read by: in the order of creation, of the start, of the end, and by status.
    index("dispatches_listed").on(t.no).where(isListed),
    index("dispatches_by_start").on(t.startAt, t.no).where(isListed),
    index("dispatches_by_end").on(sql`coalesce(${t.finishedAt}, '-infinity')`, t.no).where(isListed),
    index("dispatches_by_status").on(t.status, t.no).where(isListed),
  ],
);

/**
 * What is no dispatch yet: drafts, which go when they are scheduled, and templates, which stay.
 */
export const prepared = pgTable("prepared_dispatches", {
  no: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  id: uuid().notNull().unique(),
  kind: text().$type<"draft" | "template">().notNull(),
  name: text(),
  /** A template's name in small letters: no two have the same. Null for drafts. */
  folded: text().unique(),
  /** JSON text, which keeps what `jsonb` cannot; nobody but forms reads what is in it. */
  content: text().notNull(),
  /** Name and text in small letters. */
  search: text().notNull(),
  version: integer().notNull().default(1),
  author: text().notNull(),
  /** Who changed it last. */
  editor: text().notNull(),
  createdAt: createdAt(),
  updatedAt: createdAt(),
});

/** What a list of dispatches is narrowed by, under a name; the team shares them. */
export const dispatchViews = pgTable("dispatch_views", {
  no: integer().primaryKey().generatedAlwaysAsIdentity(),
  id: uuid().notNull().unique(),
  name: text().notNull().unique(),
  /** JSON text of what the list's address has. */
  filter: text().notNull(),
  author: text().notNull(),
  createdAt: createdAt(),
});

/**
 * What an audience is made of: one thing it asks for a row, of a dispatch or of a saved audience. A
 * dispatch has its own: a saved audience that changes later changes none.
 */
export const audienceTerms = pgTable(
  "audience_terms",
  {
    no: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    dispatchNo: integer().references(() => dispatches.no),
    audienceNo: integer().references(() => audiences.no, { onDelete: "cascade" }),
    clause: text().$type<Clause>().notNull(),
    tagNo: integer().references(() => tags.no),
    operatorNo: integer().references(() => operators.no),
    /** Whom this dispatch has reached are left out. */
    excludedNo: integer().references(() => dispatches.no),
    /** Of an attribute: which of those asked for, its name, and one value it may have. */
    position: smallint(),
    name: text(),
    value: text(),
  },
  (t) => [
    check("audience_terms_owner", sql`(${t.dispatchNo} is null) <> (${t.audienceNo} is null)`),
    index("audience_terms_dispatch").on(t.dispatchNo),
    index("audience_terms_audience").on(t.audienceNo),
    index("audience_terms_tag").on(t.tagNo),
    index("audience_terms_operator").on(t.operatorNo),
    index("audience_terms_excluded").on(t.excludedNo),
  ],
);

/** Who did what, when and from where; a change's entry is written in its transaction. */
export const auditLog = pgTable(
  "audit_log",
  {
    no: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    at: createdAt(),
    actor: text().notNull(),
    action: text().notNull(),
    subjectType: text().notNull(),
    subjectId: text().notNull(),
    before: jsonb(),
    after: jsonb(),
    /** Where the request came from, and its id; null for what Carillon did by itself. */
    address: text(),
    requestId: text(),
  },
  (t) => [index("audit_log_subject").on(t.subjectType, t.subjectId, t.no)],
);

/**
 * The answer a key has earned. Written in the transaction that made the row, so neither exists
 * without the other.
 */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    scope: text().notNull(),
    key: text().notNull(),
    bodyHash: text().notNull(),
    dispatchNo: integer()
      .notNull()
      .references(() => dispatches.no, { onDelete: "cascade" }),
    /**
     * What was answered, as JSON text: a repeat gets the same, whatever the dispatch has become.
     */
    answer: text().notNull(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.scope, t.key] }), index("idempotency_keys_created").on(t.createdAt)],
);
