import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import type { Hours } from "@/lib/domain/daily-hours";
import type { LaneWait } from "@/lib/domain/lane-wait";
import type { MessageStatus } from "@/lib/domain/lifecycle";
import { operators } from "./audience";
import { counter, instant } from "./columns";
import { dispatches } from "./dispatches";
import { xid8 } from "./webhooks";

/**
 * How many messages stand in each state. A lane's figures are its own plus those of its chunks that
 * are not folded in yet.
 */
const outcomeCounters = () => ({
  sending: counter(),
  deferred: counter(),
  sent: counter(),
  delivered: counter(),
  undelivered: counter(),
  failed: counter(),
  unknown: counter(),
  expired: counter(),
  skipped: counter(),
  cancelled: counter(),
});

/** One dispatch × one operator: the unit of scheduling, pacing and progress. */
export const lanes = pgTable(
  "lanes",
  {
    no: integer().primaryKey().generatedAlwaysAsIdentity(),
    dispatchNo: integer()
      .notNull()
      .references(() => dispatches.no),
    operatorNo: integer()
      .notNull()
      .references(() => operators.no),
    /**
     * May messages be claimed? Changed in the transaction that changes the dispatch's state, under
     * this row's lock.
     */
    open: boolean().notNull(),
    /** The last recipient number that was considered. */
    cursor: bigint({ mode: "number" }).notNull().default(0),
    /** Everybody up to the dispatch's max_no has been considered. */
    drained: boolean().notNull().default(false),
    turnToken: uuid(),
    turnUntil: timestamp({ withTimezone: true }),
    /** Why nothing was claimed lately and when to look again; shown in the timeline. */
    waitReason: text().$type<LaneWait>(),
    waitUntil: timestamp({ withTimezone: true }),
    /** Its operator's price when the lane was made: what was sent costs no more when that rises. */
    pricePerSegment: numeric({ precision: 12, scale: 6 }),
    ...outcomeCounters(),
  },
  (t) => [
    unique("lanes_dispatch_operator").on(t.dispatchNo, t.operatorNo),
    index("lanes_open").on(t.no).where(sql`open`),
  ],
);

/**
 * About a quarter second of work, claimed in one statement: the unit of lease and of crash
 * recovery.
 */
export const chunks = pgTable(
  "chunks",
  {
    no: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    laneNo: integer()
      .notNull()
      .references(() => lanes.no),
    state: text().$type<"claimed" | "started" | "settled" | "released">().notNull().default("claimed"),
    token: uuid(),
    /**
     * The gateway that it was claimed for, by its operator's name for it then: this gateway's
     * receipts count. Null: claimed before this column.
     */
    gateway: text(),
    /**
     * Until when its messages are worth delivering, as the gateway heard. Null: claimed before this
     * column.
     */
    validUntil: instant(),
    /** Of recipients whose hours matter: their zone, and the hours that it was claimed for. */
    zone: text(),
    rangeFrom: instant(),
    rangeTo: instant(),
    /** And when the first and the last of them were written; null until they are settled. */
    firstWrittenAt: instant(),
    lastWrittenAt: instant(),
    leaseUntil: timestamp({ withTimezone: true }).notNull(),
    claimedAt: timestamp({ withTimezone: true }).notNull(),
    settledAt: timestamp({ withTimezone: true }),
    /** Its counts have been added to the lane's. */
    folded: boolean().notNull().default(false),
    size: integer().notNull(),
    /**
     * Its messages lie between these ids, among those of other lanes: the range keeps recovery an
     * index scan, chunk_no picks.
     */
    firstId: bigint({ mode: "bigint" }).notNull(),
    lastId: bigint({ mode: "bigint" }).notNull(),
    ...outcomeCounters(),
  },
  (t) => [
    index("chunks_unfolded").on(t.laneNo, t.no).where(sql`not folded`),
    index("chunks_lane_settled").on(t.laneNo, t.settledAt),
  ],
);

/**
 * One recipient in one dispatch. Its one index is its key: an index that names `status` would make
 * every settle a non-HOT update. The id is made of the dispatch's number and the recipient's
 * (`messageId` in db/sql.ts); its decimal form is the client message id a gateway is given.
 */
export const messages = pgTable("messages", {
  id: bigint({ mode: "bigint" }).primaryKey(),
  laneNo: integer().notNull(),
  chunkNo: bigint({ mode: "number" }),
  phone: text().notNull(),
  status: text().$type<MessageStatus>().notNull(),
  attempts: smallint().notNull().default(0),
  claimedAt: timestamp({ withTimezone: true }).notNull(),
  settledAt: timestamp({ withTimezone: true }),
  error: text(),
});

/**
 * What a message of a personal dispatch says: written once, with its first claim, so that each
 * further try says the same. A row of its own keeps `messages` narrow.
 */
export const messageTexts = pgTable("message_texts", {
  messageId: bigint({ mode: "bigint" }).primaryKey(),
  text: text().notNull(),
  segments: smallint().notNull(),
});

/**
 * How far a lane is with the recipients of each time zone. A lane has none until hours of the day
 * matter to it; from then on these say what its own cursor says of a lane that has none.
 */
export const laneZones = pgTable(
  "lane_zones",
  {
    laneNo: integer().notNull(),
    /** As recipients have it; empty: they have none. */
    zone: text().notNull(),
    cursor: bigint({ mode: "number" }).notNull(),
    drained: boolean().notNull().default(false),
    /**
     * How often a message was written to somebody of the zone, and how often outside their hours.
     */
    written: counter(),
    outside: counter(),
  },
  (t) => [primaryKey({ columns: [t.laneNo, t.zone] })],
);

/**
 * When messages of a lane became `delivered`: how many in each 10 s of the first hour of its
 * dispatch, in each 5 min of the first day, in each hour after it. `lanes.delivered` is their sum,
 * and more where a version before counted a part of it.
 */
export const laneReceipts = pgTable(
  "lane_receipts",
  {
    laneNo: integer().notNull(),
    /** When such a time ends. */
    at: instant().notNull(),
    delivered: counter(),
  },
  (t) => [primaryKey({ columns: [t.laneNo, t.at] })],
);

/** One row: when nobody is written to, by the clock on their wall. */
export const quietHours = pgTable("quiet_hours", {
  no: integer().primaryKey().default(1),
  enabled: boolean().notNull().default(false),
  hours: jsonb().$type<Hours>().notNull(),
  /** Rises with each change. What was claimed or put off by another version counts no more. */
  version: integer().notNull().default(1),
  changedAt: instant().notNull().defaultNow(),
  changedBy: text().notNull().default("system"),
});

/** Messages that will be tried again (status `deferred`). */
export const retries = pgTable(
  "retries",
  {
    messageId: bigint({ mode: "bigint" }).primaryKey(),
    laneNo: integer().notNull(),
    dueAt: timestamp({ withTimezone: true }).notNull(),
    /** Attempts made in this round; retry-failed begins a new one. */
    attempt: smallint().notNull(),
    /**
     * How often the gateway asked to wait, was not there or was set up wrongly: no attempts, but
     * each puts it off further.
     */
    postponed: smallint().notNull().default(0),
    /**
     * When it was put off, by the database's clock: later than now, and the clock has stepped back
     * since. Null: it was due at once.
     */
    waitsSince: instant(),
    /**
     * An idempotent gateway may have taken the message: its answer was lost. Without a further try
     * the message ends `unknown`. The column keeps its first name, since a worker of the version
     * before writes it until it stops; statements call it maybe_sent as soon as they have read it.
     */
    maybeSent: boolean("unsure").notNull().default(false),
    /**
     * What that hand-over said of the message's validity: a repeat under the same id says the same.
     */
    validUntil: instant(),
    /**
     * It was due and waits for the hours of its recipient, by this version of the quiet hours.
     */
    heldVersion: integer(),
    /** The chunk that has claimed it, while one has. */
    chunkNo: bigint({ mode: "number" }),
  },
  (t) => [index("retries_due").on(t.laneNo, t.dueAt).where(sql`chunk_no is null`)],
);

/** Append-only: the rare outcomes people ask about (failed, unknown, skipped, undelivered). */
export const failures = pgTable(
  "failures",
  {
    no: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    messageId: bigint({ mode: "bigint" }).notNull(),
    laneNo: integer().notNull(),
    outcome: text().notNull(),
    code: text().notNull(),
    at: instant().notNull(),
    /**
     * The transaction that noted it. Reading in this order, up to the oldest running transaction,
     * misses none that commits late.
     */
    xid: xid8().notNull().default(sql`pg_current_xact_id()`),
  },
  (t) => [index("failures_lane").on(t.laneNo, t.no), index("failures_xid").on(t.xid, t.no)],
);

/**
 * Append-only: hand-overs that did not settle their message, since another one was to follow; the
 * first ones of each.
 */
export const attempts = pgTable(
  "attempts",
  {
    messageId: bigint({ mode: "bigint" }).notNull(),
    /** Of the message's, from 1. */
    no: smallint().notNull(),
    gateway: text().notNull(),
    code: text().notNull(),
    /** When its answer came, or was given up. */
    at: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.messageId, t.no] })],
);

/**
 * One row: the emergency stop, and when the last sweep ran. Workers sweep by a timer, too, so the
 * engine's own are kept apart.
 */
export const sendingState = pgTable("sending_state", {
  no: integer().primaryKey().default(1),
  state: text().$type<"on" | "stopped">().notNull().default("on"),
  reason: text(),
  changedAt: instant().notNull().defaultNow(),
  changedBy: text().notNull().default("system"),
  lastSweepAt: timestamp({ withTimezone: true }),
  lastEngineSweepAt: timestamp({ withTimezone: true }),
});
