import type { Sql, Tx } from "@/db/client";
import { messageIdsOf } from "@/db/sql";

/**
 * Dispatches that ended, as did their windows, longer ago than so many days, and still have message
 * rows. None of their messages is in flight. A window that is over cannot be sent in again, so a
 * missing row lets nobody be claimed a second time.
 */
export function listDroppable(sql: Sql, days: number, limit: number): Promise<{ no: number; id: string }[]> {
  return sql<{ no: number; id: string }[]>`
    select d.no, d.id from dispatches d
    where d.messages_dropped_at is null and d.finished_at < clock_now() - ${days} * interval '1 day'
      and d.end_at < clock_now() - ${days} * interval '1 day'
      and not exists (select 1 from lanes l join chunks k on k.lane_no = l.no
        where l.dispatch_no = d.no and not k.folded and k.state in ('claimed', 'started'))
      and not ${isAskedFor(sql)}
      and not exists (select 1 from lanes l join retries r on r.lane_no = l.no where l.dispatch_no = d.no)
    order by d.finished_at limit ${limit}`;
}

/** A dispatch that is not over leaves out whom dispatch `d` has reached: its messages say who. */
const isAskedFor = (sql: Sql | Tx) => sql`exists (
  select from audience_terms a join dispatches e on e.no = a.dispatch_no
  where a.excluded_no = d.no and e.status in ('scheduled', 'running', 'paused') and e.deleted_at is null)`;

/**
 * From here on nobody may ask its messages. The row is locked before it is looked at: who makes a
 * dispatch that asks for it holds it, and has committed by then.
 * @returns false: one does
 */
export async function beginDropping(tx: Tx, dispatchNo: number): Promise<boolean> {
  await tx`select from dispatches where no = ${dispatchNo} for update`;
  const done = await tx`
    update dispatches d set messages_dropping_at = coalesce(messages_dropping_at, clock_now())
    where d.no = ${dispatchNo} and not ${isAskedFor(tx)}`;
  return done.count === 1;
}

/** @returns how many were deleted; fewer than `limit` means that none is left */
export async function deleteMessages(sql: Sql, dispatchNo: number, limit: number): Promise<number> {
  const [first, last] = messageIdsOf(dispatchNo);
  const done = await sql`
    delete from messages where id in (
      select id from messages where id between ${first}::bigint and ${last}::bigint order by id limit ${limit}
    )`;
  return done.count;
}

/** The same for the texts of a personal dispatch: they go before the messages that they are of. */
export async function deleteMessageTexts(sql: Sql, dispatchNo: number, limit: number): Promise<number> {
  const [first, last] = messageIdsOf(dispatchNo);
  const done = await sql`
    delete from message_texts where message_id in (
      select message_id from message_texts where message_id between ${first}::bigint and ${last}::bigint
      order by message_id limit ${limit}
    )`;
  return done.count;
}

/** The same for the attempts at them. */
export async function deleteAttempts(sql: Sql, dispatchNo: number, limit: number): Promise<number> {
  const [first, last] = messageIdsOf(dispatchNo);
  const done = await sql`
    delete from attempts where (message_id, no) in (
      select message_id, no from attempts where message_id between ${first}::bigint and ${last}::bigint
      order by message_id, no limit ${limit}
    )`;
  return done.count;
}

/** The same for what was noted of them. */
export async function deleteFailures(sql: Sql, dispatchNo: number, limit: number): Promise<number> {
  const done = await sql`
    delete from failures where no in (
      select f.no from lanes l join failures f on f.lane_no = l.no
      where l.dispatch_no = ${dispatchNo} order by f.no limit ${limit}
    )`;
  return done.count;
}

/** Deletes folded chunks. @returns as {@link deleteMessages} does */
export async function deleteChunks(sql: Sql, dispatchNo: number, limit: number): Promise<number> {
  const done = await sql`
    delete from chunks where no in (
      select k.no from lanes l join chunks k on k.lane_no = l.no
      where l.dispatch_no = ${dispatchNo} and k.folded order by k.no limit ${limit}
    )`;
  return done.count;
}

/** The same for when its messages were delivered. */
export async function deleteLaneReceipts(sql: Sql, dispatchNo: number, limit: number): Promise<number> {
  const done = await sql`
    delete from lane_receipts where (lane_no, at) in (
      select r.lane_no, r.at from lanes l join lane_receipts r on r.lane_no = l.no
      where l.dispatch_no = ${dispatchNo} order by r.lane_no, r.at limit ${limit}
    )`;
  return done.count;
}

export async function markMessagesDropped(tx: Tx, dispatchNo: number): Promise<void> {
  await tx`update dispatches set messages_dropped_at = clock_now() where no = ${dispatchNo}`;
}

/**
 * Deletes stored answers that are too old for a repeat.
 * @returns how many were deleted, as the next two do
 */
export async function deleteIdempotencyKeys(sql: Sql, days: number, limit: number): Promise<number> {
  const done = await sql`
    delete from idempotency_keys where (scope, key) in (
      select scope, key from idempotency_keys
      where created_at < clock_now() - ${days} * interval '1 day' order by created_at limit ${limit}
    )`;
  return done.count;
}

/**
 * Sessions that have been over for so long. The newest of each user stays: it says when they signed
 * in last.
 */
export async function deleteEndedSessions(sql: Sql, days: number, limit: number): Promise<number> {
  const done = await sql`
    delete from sessions where id in (
      select s.id from sessions s where s.expires_at < clock_now() - ${days} * interval '1 day'
        and exists (
          select from sessions n
          where n.user_id = s.user_id and (n.created_at, n.id) > (s.created_at, s.id))
      limit ${limit}
    )`;
  return done.count;
}

/**
 * Rejected rows of imports that ended so long ago. The file's own header stays, and so do the
 * counts.
 */
export async function deleteImportErrors(sql: Sql, days: number, limit: number): Promise<number> {
  const done = await sql`
    delete from import_errors where (import_no, line) in (
      select e.import_no, e.line from imports i join import_errors e on e.import_no = i.no
      where i.finished_at < clock_now() - ${days} * interval '1 day' and e.code <> 'header' limit ${limit}
    )`;
  return done.count;
}

/** Deletes replaced secrets of webhooks that sign nothing any more. */
export async function forgetOldSecrets(sql: Sql): Promise<void> {
  await sql`
    update webhooks set previous_secret = null, previous_secret_until = null
    where previous_secret_until < clock_now()`;
}
