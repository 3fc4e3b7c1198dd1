import { sql } from "drizzle-orm";
import { bigint, boolean, customType, index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { DeliveryStatus, WebhookEvent } from "@/lib/domain/webhook";
import { createdAt, instant } from "./columns";

/** A transaction's number that never wraps around. */
export const xid8 = customType<{ data: string }>({ dataType: () => "xid8" });

/** A foreign address that gets a delivery when something happens here. */
export const webhooks = pgTable("webhooks", {
  no: integer().primaryKey().generatedAlwaysAsIdentity(),
  id: uuid().notNull().unique(),
  url: text().notNull(),
  events: text().array().$type<WebhookEvent[]>().notNull(),
  /** What its messages are signed with, as Standard Webhooks writes it: `whsec_…`. */
  secret: text().notNull(),
  /**
   * The secret before it, by which its messages are signed, too, until then: a receiver has a day
   * to take the new one.
   */
  previousSecret: text(),
  previousSecretUntil: instant(),
  enabled: boolean().notNull().default(true),
  /** Why it was switched off, when it was not a person who did it. */
  disabledReason: text().$type<"gone">(),
  /** How far the failures of messages were gathered for it. */
  failuresXid: xid8().notNull().default(sql`pg_current_xact_id()`),
  failuresNo: bigint({ mode: "number" }).notNull().default(0),
  createdBy: text().notNull(),
  createdAt: createdAt(),
  updatedAt: createdAt(),
});

/**
 * One delivery to one webhook. The transaction of the move writes it, so that every committed move
 * has its delivery, and no other.
 */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    no: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    /** What receivers know a repeated delivery by. */
    id: uuid().notNull().unique().defaultRandom(),
    webhookNo: integer()
      .notNull()
      .references(() => webhooks.no, { onDelete: "cascade" }),
    type: text().notNull(),
    /** The very bytes that are signed. */
    payload: text().notNull(),
    status: text().$type<DeliveryStatus>().notNull().default("pending"),
    attempts: integer().notNull().default(0),
    /** Of the last attempt: the answer's status, or why there was none. */
    lastStatus: integer(),
    lastError: text(),
    createdAt: createdAt(),
    /** Of a pending one. */
    nextAttemptAt: instant(),
    deliveredAt: instant(),
  },
  (t) => [
    index("webhook_deliveries_webhook").on(t.webhookNo, t.no),
    index("webhook_deliveries_pending").on(t.nextAttemptAt).where(sql`status = 'pending'`),
  ],
);
