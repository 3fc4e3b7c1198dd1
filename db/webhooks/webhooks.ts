import { and, arrayContains, desc, eq, gt, sql as raw } from "drizzle-orm";
import type { Fragment } from "postgres";
import { clockNow, isBefore } from "@/db/builder";
import { orm, type Sql, type Tx } from "@/db/client";
import { webhookDeliveries, webhooks } from "@/db/schema/webhooks";
import { dispatchNoSql, iso, recipientNoSql } from "@/db/sql";
import type { DeliveryStatus, WebhookEvent } from "@/lib/domain/webhook";

/** Without its secrets: only a statement that needs one reads it. */
export interface WebhookRow {
  no: number;
  id: string;
  url: string;
  events: WebhookEvent[];
  enabled: boolean;
  /** Why it was switched off, when it was not a person who did it. */
  disabledReason: "gone" | null;
  createdBy: string;
  createdAt: Date;
  /** The one that was tried last. */
  lastDelivery: { status: DeliveryStatus; at: Date } | null;
  pending: number;
}

/** Counting stops here: "many" is answer enough. */
const PENDING_MAX = 1_000;

function selectWebhooks(sql: Sql | Tx) {
  const last = orm(sql)
    .select({ status: webhookDeliveries.status, at: webhookDeliveries.createdAt })
    .from(webhookDeliveries)
    .where(and(eq(webhookDeliveries.webhookNo, webhooks.no), gt(webhookDeliveries.attempts, 0)))
    .orderBy(desc(webhookDeliveries.no))
    .limit(1)
    .as("last");
  return orm(sql)
    .select({
      no: webhooks.no,
      id: webhooks.id,
      url: webhooks.url,
      events: webhooks.events,
      enabled: webhooks.enabled,
      disabledReason: webhooks.disabledReason,
      createdBy: webhooks.createdBy,
      createdAt: webhooks.createdAt,
      lastDelivery: { status: last.status, at: last.at },
      pending: raw<number>`(select count(*)::int from (
        select from webhook_deliveries d where d.webhook_no = ${webhooks.no} and d.status = 'pending'
        limit ${PENDING_MAX}) p)`,
    })
    .from(webhooks)
    .leftJoinLateral(last, raw`true`);
}

/** Newest first. */
export const listWebhooks = (sql: Sql, limit: number, before: number | null): Promise<WebhookRow[]> =>
  selectWebhooks(sql).where(isBefore(webhooks.no, before)).orderBy(desc(webhooks.no)).limit(limit);

export async function findWebhook(sql: Sql | Tx, id: string): Promise<WebhookRow | undefined> {
  const [row] = await selectWebhooks(sql).where(eq(webhooks.id, id));
  return row;
}

/** A webhook's events and state, locked until the transaction ends. */
export async function lockWebhook(
  tx: Tx,
  id: string,
): Promise<Pick<WebhookRow, "no" | "url" | "events" | "enabled"> | undefined> {
  const { no, url, events, enabled } = webhooks;
  const [row] = await orm(tx)
    .select({ no, url, events, enabled })
    .from(webhooks)
    .where(eq(webhooks.id, id))
    .for("update");
  return row;
}

export async function insertWebhook(
  tx: Tx,
  webhook: Pick<WebhookRow, "id" | "url" | "events" | "createdBy"> & { secret: string },
): Promise<void> {
  await orm(tx)
    .insert(webhooks)
    .values({ ...webhook, createdAt: clockNow, updatedAt: clockNow });
}

/**
 * Failures from before a webhook listened for them are not delivered: a webhook that begins to
 * listen, or listens again, begins now.
 */
export async function updateWebhook(
  tx: Tx,
  no: number,
  webhook: Pick<WebhookRow, "url" | "events" | "enabled">,
): Promise<void> {
  const listens = and(webhooks.enabled, arrayContains(webhooks.events, ["messages.failed"]));
  await orm(tx)
    .update(webhooks)
    .set({
      ...webhook,
      ...(webhook.enabled && { disabledReason: null }),
      failuresXid: raw`case when ${listens} then ${webhooks.failuresXid} else pg_current_xact_id() end`,
      failuresNo: raw`case when ${listens} then ${webhooks.failuresNo} else 0 end`,
      updatedAt: clockNow,
    })
    .where(eq(webhooks.no, no));
}

/** The secret before it signs for another day. */
export async function replaceSecret(tx: Tx, no: number, secret: string): Promise<void> {
  const previousSecretUntil = raw`clock_now() + interval '1 day'`;
  await orm(tx)
    .update(webhooks)
    .set({ secret, previousSecret: webhooks.secret, previousSecretUntil, updatedAt: clockNow })
    .where(eq(webhooks.no, no));
}

/** With its log. */
export async function deleteWebhook(tx: Tx, no: number): Promise<void> {
  await orm(tx).delete(webhooks).where(eq(webhooks.no, no));
}

/** A delivery, as the engine's event names it. */
export interface DueDelivery {
  id: string;
  webhook: number;
}

/** What is sent, as text: `{"type", "timestamp", "data"}`, as Standard Webhooks has it. */
export function deliveryPayload(sql: Sql | Tx, type: Fragment, data: Fragment) {
  return sql`
    jsonb_build_object('type', ${type}, 'timestamp', ${iso(sql, "clock_now()")}, 'data', ${data})::text`;
}

/**
 * Makes the deliveries of an event to all webhooks that listen for it, in the event's own
 * transaction.
 * @param things a select of their `data`
 */
export async function insertDeliveries(tx: Tx, type: WebhookEvent, things: Fragment): Promise<DueDelivery[]> {
  return tx<DueDelivery[]>`
    insert into webhook_deliveries (webhook_no, type, payload, next_attempt_at)
    select w.no, ${type}, ${deliveryPayload(tx, tx`${type}::text`, tx`t.data`)}, clock_now()
    from (${things}) t join webhooks w on w.enabled and ${type} = any(w.events)
    returning id, webhook_no as webhook`;
}

/** A test delivery, which shows whether the address takes deliveries. */
export async function insertPing(tx: Tx, webhookNo: number): Promise<DueDelivery> {
  const [row] = await tx<DueDelivery[]>`
    insert into webhook_deliveries (webhook_no, type, payload, next_attempt_at)
    values (${webhookNo}, 'ping', ${deliveryPayload(tx, tx`'ping'::text`, tx`'{}'::jsonb`)}, clock_now())
    returning id, webhook_no as webhook`;
  return row!;
}

export interface DeliveryRow {
  no: number;
  id: string;
  type: string;
  payload: string;
  status: DeliveryStatus;
  attempts: number;
  lastStatus: number | null;
  lastError: string | null;
  createdAt: Date;
  nextAttemptAt: Date | null;
  deliveredAt: Date | null;
}

/** Newest first. */
export const listDeliveries = (
  sql: Sql,
  webhookNo: number,
  limit: number,
  before: number | null,
): Promise<DeliveryRow[]> =>
  orm(sql)
    .select()
    .from(webhookDeliveries)
    .where(and(eq(webhookDeliveries.webhookNo, webhookNo), isBefore(webhookDeliveries.no, before)))
    .orderBy(desc(webhookDeliveries.no))
    .limit(limit);

/**
 * Makes it due now, whatever became of it, with all its attempts before it again. @returns
 * undefined when there is no such delivery
 */
export async function replayDelivery(
  tx: Tx,
  id: string,
): Promise<(DueDelivery & { webhookId: string; status: DeliveryStatus }) | undefined> {
  const [row] = await tx<(DueDelivery & { webhookId: string; status: DeliveryStatus })[]>`
    with before as materialized (
      select d.no, d.status, w.id as webhook_id
      from webhook_deliveries d join webhooks w on w.no = d.webhook_no where d.id = ${id} for update of d
    )

    update webhook_deliveries d set status = 'pending', attempts = 0, next_attempt_at = clock_now(),
      delivered_at = null
    from before b where d.no = b.no
    returning d.id, d.webhook_no as webhook, b.webhook_id as "webhookId", b.status`;
  return row;
}

export interface Attempt {
  id: string;
  url: string;
  /** The present one first. */
  secrets: string[];
  payload: string;
  /** This one included. */
  attempts: number;
  nowMs: number;
}

/**
 * Takes the next attempt of a due delivery, so that no other process makes it at the same time.
 * @param leaseMs longer than an attempt takes: when it ends without an outcome, the delivery is due
 * again
 */
export async function claimDelivery(sql: Sql, id: string, leaseMs: number): Promise<Attempt | undefined> {
  const [row] = await sql<Attempt[]>`
    update webhook_deliveries d set attempts = attempts + 1,
      next_attempt_at = clock_now() + ${leaseMs}::float8 * interval '1 millisecond'
    from webhooks w
    where d.id = ${id} and d.status = 'pending' and d.next_attempt_at <= clock_now() and w.no = d.webhook_no
      and w.enabled
    returning d.id, w.url, d.payload,
      case
        when w.previous_secret_until > clock_now() then array[w.secret, w.previous_secret]
        else array[w.secret]
      end as secrets,
      d.attempts, extract(epoch from clock_now())::float8 * 1000 as "nowMs"`;
  return row;
}

/** When the delivery is to be tried next; null when it is not, or its webhook is switched off. */
export async function nextAttempt(sql: Sql, id: string): Promise<Date | null> {
  const [row] = await orm(sql)
    .select({ at: webhookDeliveries.nextAttemptAt })
    .from(webhookDeliveries)
    .innerJoin(webhooks, eq(webhooks.no, webhookDeliveries.webhookNo))
    .where(and(eq(webhookDeliveries.id, id), eq(webhookDeliveries.status, "pending"), webhooks.enabled));
  return row?.at ?? null;
}

/**
 * Writes an attempt's outcome, unless another process has taken the attempt over or the delivery
 * was replayed meanwhile.
 * @param delayMs until the next attempt; undefined: there is none
 */
export async function settleDelivery(
  sql: Sql,
  { id, attempts }: Attempt,
  outcome: { isDelivered: boolean; status: number | null; error: string | null; delayMs: number | undefined },
): Promise<void> {
  const { isDelivered, status, error, delayMs } = outcome;
  const isOver = isDelivered || delayMs === undefined;
  await orm(sql)
    .update(webhookDeliveries)
    .set({
      status: isDelivered ? "delivered" : isOver ? "failed" : "pending",
      lastStatus: status,
      lastError: error,
      nextAttemptAt: isOver ? null : raw`clock_now() + ${delayMs}::float8 * interval '1 millisecond'`,
      deliveredAt: isDelivered ? clockNow : null,
    })
    .where(
      and(
        eq(webhookDeliveries.id, id),
        eq(webhookDeliveries.status, "pending"),
        eq(webhookDeliveries.attempts, attempts),
      ),
    );
}

/**
 * The address answered 410 Gone: it gets no deliveries until a person switches it on again.
 * @returns the webhook's id
 */
export async function disableWebhook(
  tx: Tx,
  deliveryId: string,
  disabledReason: "gone",
): Promise<string | undefined> {
  const [row] = await orm(tx)
    .update(webhooks)
    .set({ enabled: false, disabledReason, updatedAt: clockNow })
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookDeliveries.id, deliveryId),
        eq(webhooks.no, webhookDeliveries.webhookNo),
        webhooks.enabled,
      ),
    )
    .returning({ id: webhooks.id });
  return row?.id;
}

/** Due for longer than the engine takes to come to them. Bounded; the next sweep takes the rest. */
export function findNeglectedDeliveries(sql: Sql): Promise<DueDelivery[]> {
  return sql<DueDelivery[]>`
    select d.id, d.webhook_no as webhook from webhook_deliveries d join webhooks w on w.no = d.webhook_no
    where d.status = 'pending' and d.next_attempt_at < clock_now() - interval '30 seconds' and w.enabled
    order by d.next_attempt_at limit 500`;
}

/** Webhooks that listen for failures of messages. */
export async function listFailureListeners(sql: Sql): Promise<number[]> {
  const rows = await sql<
    { no: number }[]
  >`select no from webhooks where enabled and 'messages.failed' = any(events) order by no`;
  return rows.map(({ no }) => no);
}

/**
 * Makes one delivery of the next failures that a webhook has not been told: failed, undelivered and
 * unknown messages, but for those of people who were erased, in the order of the transactions that
 * noted them. Those of transactions that are
 * not surely over wait for the next time, so that none is passed over.
 * @returns how many were looked at, and the delivery when any of them is told
 */
export async function gatherFailures(
  sql: Sql,
  webhookNo: number,
  limit: number,
): Promise<{ looked: number; delivery: DueDelivery | null }> {
  const data = sql`jsonb_build_object('messages', t.messages)`;
  const [row] = await sql<{ looked: number; delivery: DueDelivery | null }[]>`
    with w as materialized (
      select no, failures_xid, failures_no from webhooks
      where no = ${webhookNo} and enabled and 'messages.failed' = any(events) for update
    ), batch as materialized (
      select f.* from w, failures f
      where (f.xid, f.no) > (w.failures_xid, w.failures_no)
        and f.xid < pg_snapshot_xmin(pg_current_snapshot())
      order by f.xid, f.no limit ${limit}
    ), t as materialized (
      select jsonb_agg(jsonb_build_object('dispatch', d.id, 'phone', r.phone, 'outcome', s.outcome,
        'code', s.code, 'at', ${iso(sql, "s.at")}) order by s.xid, s.no) as messages
      from batch s join dispatches d on d.no = ${dispatchNoSql(sql, "s.message_id")}
      join recipients r on r.no = ${recipientNoSql(sql, "s.message_id")}
      where s.outcome <> 'skipped' and starts_with(r.phone, '+')
    ), told as (
      insert into webhook_deliveries (webhook_no, type, payload, next_attempt_at)
      select ${webhookNo}, 'messages.failed', ${deliveryPayload(sql, sql`'messages.failed'::text`, data)},
        clock_now() from t where t.messages is not null
      returning id, webhook_no
    ), moved as (
      update webhooks set failures_xid = l.xid, failures_no = l.no
      from (select xid, no from batch order by xid desc, no desc limit 1) l where webhooks.no = ${webhookNo}
    )

    select (select count(*)::int from batch) as looked,
      (select jsonb_build_object('id', id, 'webhook', webhook_no) from told) as delivery`;
  return row!;
}

/**
 * Deletes settled deliveries that were made longer ago. @returns fewer than `limit` when none is
 * left
 */
export async function deleteDeliveries(sql: Sql, days: number, limit: number): Promise<number> {
  const done = await sql`
    delete from webhook_deliveries where no in (
      select no from webhook_deliveries
      where status <> 'pending' and created_at < clock_now() - ${days} * interval '1 day' order by no
      limit ${limit}
    )`;
  return done.count;
}
