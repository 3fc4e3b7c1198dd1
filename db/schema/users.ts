import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { Role } from "@/lib/domain/rights";
import { createdAt, instant } from "./columns";

/**
 * Those who may sign in. Columns that are ours: role, disabled_at. The rest are what the sign-in
 * library needs.
 */
export const users = pgTable("users", {
  no: integer().generatedAlwaysAsIdentity().unique(),
  id: uuid().primaryKey(),
  name: text().notNull(),
  /** In lower case, as the library looks it up. */
  email: text().notNull().unique(),
  emailVerified: boolean().notNull().default(false),
  image: text(),
  role: text().$type<Role>().notNull().default("viewer"),
  /** Since when the user may not sign in; their sessions ended then. */
  disabledAt: instant(),
  createdAt: createdAt(),
  updatedAt: createdAt(),
});

const userId = () =>
  uuid()
    .notNull()
    .references(() => users.id, { onDelete: "cascade" });

export const sessions = pgTable(
  "sessions",
  {
    id: uuid().primaryKey(),
    userId: userId(),
    token: text().notNull().unique(),
    expiresAt: timestamp({ withTimezone: true }).notNull(),
    ipAddress: text(),
    userAgent: text(),
    createdAt: createdAt(),
    updatedAt: createdAt(),
    /**
     * When its user last opened a page or changed something, to the minute: what an open page reads
     * by itself is no use of it.
     */
    lastSeenAt: createdAt(),
  },
  (t) => [index("sessions_user").on(t.userId)],
);

/** How one signs in: here always by a password, hashed with scrypt. */
export const accounts = pgTable(
  "accounts",
  {
    id: uuid().primaryKey(),
    userId: userId(),
    accountId: text().notNull(),
    providerId: text().notNull(),
    password: text(),
    accessToken: text(),
    refreshToken: text(),
    idToken: text(),
    accessTokenExpiresAt: timestamp({ withTimezone: true }),
    refreshTokenExpiresAt: timestamp({ withTimezone: true }),
    scope: text(),
    createdAt: createdAt(),
    updatedAt: createdAt(),
  },
  (t) => [uniqueIndex("accounts_user").on(t.userId, t.providerId)],
);

/** The library's own one-time values. Ours are {@link invitations}. */
export const verifications = pgTable("verifications", {
  id: uuid().primaryKey(),
  identifier: text().notNull(),
  value: text().notNull(),
  expiresAt: timestamp({ withTimezone: true }).notNull(),
  createdAt: createdAt(),
  updatedAt: createdAt(),
});

/**
 * Unused since 0.2.0: web processes of 0.1.0 count attempts to sign in here. To be dropped with the
 * version after 0.2.0.
 */
export const rateLimits = pgTable("rate_limits", {
  id: uuid().primaryKey().default(sql`gen_random_uuid()`),
  key: text().notNull().unique(),
  count: integer().notNull(),
  lastRequest: bigint({ mode: "number" }).notNull(),
});

/**
 * Requests of each API key in its current minute, and attempts to sign in, in the shape that the
 * rate limiter's library asks for.
 */
export const requestLimits = pgTable("request_limits", {
  key: text().primaryKey(),
  points: integer().notNull().default(0),
  /** Milliseconds since 1970. */
  expire: bigint({ mode: "number" }),
});

/**
 * A one-time link: to become the first administrator, to join, or to set a new password. Only its
 * hash is kept.
 */
export const invitations = pgTable(
  "invitations",
  {
    no: integer().primaryKey().generatedAlwaysAsIdentity(),
    id: uuid().notNull().defaultRandom(),
    tokenSha256: text().notNull().unique("invitations_token"),
    role: text().$type<Role>().notNull(),
    /** Whose password it sets; null: it makes a new user. */
    userId: uuid().references(() => users.id, { onDelete: "cascade" }),
    /** The new user's address; null: the user enters one, the first administrator alone. */
    email: text(),
    createdBy: text().notNull(),
    /** The link ends when this user loses the right to make it; null: made on the machine. */
    createdById: uuid().references(() => users.id, { onDelete: "cascade" }),
    createdAt: createdAt(),
    expiresAt: instant().notNull(),
    usedAt: instant(),
  },
  (t) => [uniqueIndex("invitations_id").on(t.id)],
);

/** What programs sign in with. The key itself is shown once and never kept. */
export const apiKeys = pgTable("api_keys", {
  no: integer().primaryKey().generatedAlwaysAsIdentity(),
  id: uuid().notNull().unique(),
  name: text().notNull(),
  /** The first characters of the key: what it is found by, and recognised by in a list. */
  prefix: text().notNull().unique(),
  sha256: text().notNull(),
  scopes: text().array().notNull(),
  createdBy: text().notNull(),
  createdAt: createdAt(),
  expiresAt: instant(),
  /** To the minute: a busy key must not write a row with every request. */
  lastUsedAt: instant(),
  revokedAt: instant(),
  /**
   * How many recipients its new dispatches may reach in a day; null: as the setting
   * DAILY_RECIPIENTS_MAX says.
   */
  dailyRecipients: bigint({ mode: "number" }),
});

/**
 * How many recipients the dispatches that somebody made on a day (UTC) were counted to have. Kept
 * only for those with a ceiling.
 */
export const dailySpend = pgTable(
  "daily_spend",
  {
    actor: text().notNull(),
    day: date().notNull(),
    recipients: bigint({ mode: "number" }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.actor, t.day] })],
);
