import type { Fragment } from "postgres";
import type { Sql, Tx } from "@/db/client";
import { dispatchNoSql, iso, recipientNoSql } from "@/db/sql";
import type { DeliveryStatus, WebhookEvent } from "@/lib/domain/webhook";

export interface WebhookRow {
  no: number;
  id: string;
  url: string;
  events: string[];
  secret: string;
  enabled: boolean;
  disabledReason: string | null;
  createdBy: string;
  /** Instants are ISO. */
  createdAt: string;
  /** Of the delivery that was tried last. */
  lastStatus: DeliveryStatus | null;
  lastAt: string | null;
  pending: number;
}

/** Counting stops here: "many" is answer enough. */
const PENDING_MAX = 1_000;

const columns = (sql: Sql | Tx) => sql`
  w.no, w.id, w.url, w.events, w.secret, w.enabled, w.disabled_reason as "disabledReason", w.created_by as "createdBy", ${iso(sql, "w.created_at")} as "createdAt",
  last.status as "lastStatus", ${iso(sql, "last.created_at")} as "lastAt",
  (select count(*)::int from (select from webhook_deliveries where webhook_no = w.no and status = 'pending' limit ${PENDING_MAX}) p) as pending`;

const lastDelivery = (sql: Sql | Tx) => sql`
  left join lateral (select status, created_at from webhook_deliveries where webhook_no = w.no and attempts > 0 order by no desc limit 1) last on true`;

/** Newest first. */
export function listWebhooks(sql: Sql, limit: number, before: number | null): Promise<WebhookRow[]> {
  return sql<WebhookRow[]>`
    select ${columns(sql)} from webhooks w ${lastDelivery(sql)} where ${before}::bigint is null or w.no < ${before}::bigint order by w.no desc limit ${limit}`;
}

/** `lock`: nobody changes it until the transaction ends. */
export async function findWebhook(sql: Sql | Tx, id: string, lock = false): Promise<WebhookRow | undefined> {
  const [row] = await sql<WebhookRow[]>`
    select ${columns(sql)} from webhooks w ${lastDelivery(sql)} where w.id = ${id} ${lock ? sql`for update of w` : sql``}`;
  return row;
}

export async function insertWebhook(tx: Tx, w: Pick<WebhookRow, "id" | "url" | "events" | "secret" | "createdBy">): Promise<void> {
  await tx`
    insert into webhooks (id, url, events, secret, created_by, created_at, updated_at)
    values (${w.id}, ${w.url}, ${w.events}::text[], ${w.secret}, ${w.createdBy}, clock_now(), clock_now())`;
}

/**
 * Failures noted before somebody asked for them are not told: who begins to listen, or listens again, begins now. A secret that is replaced
 * signs for another day.
 */
export async function updateWebhook(tx: Tx, no: number, w: Pick<WebhookRow, "url" | "events" | "enabled" | "secret">): Promise<void> {
  const failures: WebhookEvent = "messages.failed";
  await tx`
    update webhooks set url = ${w.url}, events = ${w.events}::text[], enabled = ${w.enabled}, updated_at = clock_now(), secret = ${w.secret},
      previous_secret = case when secret = ${w.secret} then previous_secret else secret end,
      previous_secret_until = case when secret = ${w.secret} then previous_secret_until else clock_now() + interval '1 day' end,
      disabled_reason = case when ${w.enabled} then null else disabled_reason end,
      failures_xid = case when enabled and ${failures} = any(events) then failures_xid else pg_current_xact_id() end,
      failures_no = case when enabled and ${failures} = any(events) then failures_no else 0 end
    where no = ${no}`;
}

/** With its log. */
export async function deleteWebhook(tx: Tx, no: number): Promise<void> {
  await tx`delete from webhooks where no = ${no}`;
}

/** A delivery, as the engine is told of it. */
export interface DueDelivery {
  id: string;
  webhook: number;
}

/** What is sent, as text: `{"type", "timestamp", "data"}`, as Standard Webhooks has it. */
export function deliveryPayload(sql: Sql | Tx, type: Fragment, data: Fragment) {
  return sql`jsonb_build_object('type', ${type}, 'timestamp', ${iso(sql, "clock_now()")}, 'data', ${data})::text`;
}

/** A delivery that only shows whether the address takes any. */
export async function insertPing(tx: Tx, webhookNo: number): Promise<DueDelivery> {
  const [row] = await tx<DueDelivery[]>`
    insert into webhook_deliveries (webhook_no, type, payload, next_attempt_at)
    values (${webhookNo}, 'ping', ${deliveryPayload(tx, tx`'ping'::text`, tx`'{}'::jsonb`)}, clock_now()) returning id, webhook_no as webhook`;
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
  createdAt: string;
  nextAttemptAt: string | null;
  deliveredAt: string | null;
}

/** Newest first. */
export function listDeliveries(sql: Sql, webhookNo: number, limit: number, before: number | null): Promise<DeliveryRow[]> {
  return sql<DeliveryRow[]>`
    select no::float8 as no, id, type, payload, status, attempts, last_status as "lastStatus", last_error as "lastError", ${iso(sql, "created_at")} as "createdAt",
      ${iso(sql, "next_attempt_at")} as "nextAttemptAt", ${iso(sql, "delivered_at")} as "deliveredAt"
    from webhook_deliveries where webhook_no = ${webhookNo} and (${before}::bigint is null or no < ${before}::bigint) order by no desc limit ${limit}`;
}

/** Makes it due now, whatever became of it, with all its attempts before it again. @returns undefined when there is no such delivery */
export async function replayDelivery(
  tx: Tx,
  id: string,
): Promise<(DueDelivery & { webhookId: string; status: DeliveryStatus }) | undefined> {
  const [row] = await tx<(DueDelivery & { webhookId: string; status: DeliveryStatus })[]>`
    with before as materialized (
      select d.no, d.status, w.id as webhook_id from webhook_deliveries d join webhooks w on w.no = d.webhook_no where d.id = ${id} for update of d
    )
    update webhook_deliveries d set status = 'pending', attempts = 0, next_attempt_at = clock_now(), delivered_at = null
    from before b where d.no = b.no returning d.id, d.webhook_no as webhook, b.webhook_id as "webhookId", b.status`;
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
 * Takes the next attempt of a delivery that is due, so that nobody else makes it at the same time.
 * @param leaseMs longer than an attempt takes: when it ends without an outcome, the delivery is due again
 */
export async function claimDelivery(sql: Sql, id: string, leaseMs: number): Promise<Attempt | undefined> {
  const [row] = await sql<Attempt[]>`
    update webhook_deliveries d set attempts = attempts + 1, next_attempt_at = clock_now() + ${leaseMs}::float8 * interval '1 millisecond'
    from webhooks w
    where d.id = ${id} and d.status = 'pending' and d.next_attempt_at <= clock_now() and w.no = d.webhook_no and w.enabled
    returning d.id, w.url, d.payload,
      case when w.previous_secret_until > clock_now() then array[w.secret, w.previous_secret] else array[w.secret] end as secrets,
      d.attempts, extract(epoch from clock_now())::float8 * 1000 as "nowMs"`;
  return row;
}

/** When the delivery is to be tried next, ISO; undefined when it is not, or its webhook is switched off. */
export async function nextAttempt(sql: Sql, id: string): Promise<string | undefined> {
  const [row] = await sql<{ at: string }[]>`
    select ${iso(sql, "d.next_attempt_at")} as at from webhook_deliveries d join webhooks w on w.no = d.webhook_no
    where d.id = ${id} and d.status = 'pending' and w.enabled`;
  return row?.at;
}

/**
 * Writes what came of an attempt. Of one that somebody else has taken over, or that was replayed meanwhile, nothing is written.
 * @param delayMs until the next attempt; undefined: there is none
 */
export async function settleDelivery(
  sql: Sql,
  { id, attempts }: Attempt,
  outcome: { isDelivered: boolean; status: number | null; error: string | null; delayMs: number | undefined },
): Promise<void> {
  const { isDelivered, status, error, delayMs } = outcome;
  const next = isDelivered ? "delivered" : delayMs === undefined ? "failed" : "pending";
  await sql`
    update webhook_deliveries set status = ${next}, last_status = ${status}, last_error = ${error},
      next_attempt_at = case when ${next} = 'pending' then clock_now() + ${delayMs ?? 0}::float8 * interval '1 millisecond' end,
      delivered_at = case when ${isDelivered} then clock_now() end
    where id = ${id} and status = 'pending' and attempts = ${attempts}`;
}

/** The address said that nobody is there any more: it is told nothing until a person switches it on again. */
export async function disableWebhook(tx: Tx, deliveryId: string, reason: string): Promise<{ id: string; url: string } | undefined> {
  const [row] = await tx<{ id: string; url: string }[]>`
    update webhooks w set enabled = false, disabled_reason = ${reason}, updated_at = clock_now()
    from webhook_deliveries d where d.id = ${deliveryId} and w.no = d.webhook_no and w.enabled returning w.id, w.url`;
  return row;
}

/** Due for longer than the engine takes to come to them. Bounded; the next sweep takes the rest. */
export function findNeglectedDeliveries(sql: Sql): Promise<DueDelivery[]> {
  return sql<DueDelivery[]>`
    select d.id, d.webhook_no as webhook from webhook_deliveries d join webhooks w on w.no = d.webhook_no
    where d.status = 'pending' and d.next_attempt_at < clock_now() - interval '30 seconds' and w.enabled order by d.next_attempt_at limit 500`;
}

/** Webhooks that listen for failures of messages. */
export async function listFailureListeners(sql: Sql): Promise<number[]> {
  const rows = await sql<{ no: number }[]>`select no from webhooks where enabled and 'messages.failed' = any(events) order by no`;
  return rows.map(({ no }) => no);
}

/**
 * Makes one delivery of the next failures that a webhook has not been told: failed, undelivered and unknown messages in the order of the
 * transactions that noted them. Those of transactions that are not surely over wait for the next time, so that none is passed over.
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
      select no, failures_xid, failures_no from webhooks where no = ${webhookNo} and enabled and 'messages.failed' = any(events) for update
    ), batch as materialized (
      select f.* from w, failures f
      where (f.xid, f.no) > (w.failures_xid, w.failures_no) and f.xid < pg_snapshot_xmin(pg_current_snapshot())
      order by f.xid, f.no limit ${limit}
    ), t as materialized (
      select jsonb_agg(jsonb_build_object('dispatch', d.id, 'phone', r.phone, 'outcome', s.outcome, 'code', s.code, 'at', ${iso(sql, "s.at")}) order by s.xid, s.no) as messages
      from batch s join dispatches d on d.no = ${dispatchNoSql(sql, "s.message_id")}
      join recipients r on r.no = ${recipientNoSql(sql, "s.message_id")} where s.outcome <> 'skipped'
    ), told as (
      insert into webhook_deliveries (webhook_no, type, payload, next_attempt_at)
      select ${webhookNo}, 'messages.failed', ${deliveryPayload(sql, sql`'messages.failed'::text`, data)}, clock_now() from t where t.messages is not null
      returning id, webhook_no
    ), moved as (
      update webhooks set failures_xid = l.xid, failures_no = l.no from (select xid, no from batch order by xid desc, no desc limit 1) l where webhooks.no = ${webhookNo}
    )
    select (select count(*)::int from batch) as looked, (select jsonb_build_object('id', id, 'webhook', webhook_no) from told) as delivery`;
  return row!;
}

/** Deletes settled deliveries that were made longer ago. @returns fewer than `limit` when none is left */
export async function deleteDeliveries(sql: Sql, days: number, limit: number): Promise<number> {
  const done = await sql`
    delete from webhook_deliveries where no in (
      select no from webhook_deliveries where status <> 'pending' and created_at < clock_now() - ${days} * interval '1 day' order by no limit ${limit}
    )`;
  return done.count;
}
