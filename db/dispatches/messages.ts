import { readTerms } from "@/db/audience/terms";
import type { Sql } from "@/db/client";
import { membership } from "@/db/sending/audience";
import { iso, messageId, messageIdSql } from "@/db/sql";
import type { Clause } from "@/lib/domain/audience/clause";
import type { MessageStatus } from "@/lib/domain/lifecycle";

export interface MessageRow {
  id: string;
  phone: string;
  operator: string;
  /** Its dispatch's. */
  sender: string | null;
  status: MessageStatus;
  attempts: number;
  claimedAt: string;
  settledAt: string | null;
  error: string | null;
  /** What it says; null: a personal one that nobody was given, or whose text was erased. */
  text: string | null;
  segments: number | null;
}

/**
 * How many rows one page may look at: a rare status must not read a million rows for one answer.
 */
const SCAN_MAX = 20_000;

/** Of a message `m`, its dispatch `d` and, of a personal one, its text `x`. */
export const saidSql = (sql: Sql) => sql`
  case when d.personal then x.text else d.message_text end as text,
  case when d.personal then x.segments else d.segments end as segments`;

const columns = (sql: Sql) => sql`
  m.id::text as id, m.phone,
  (select o.code from lanes l join operators o on o.no = l.operator_no where l.no = m.lane_no) as operator,
  d.sender, ${saidSql(sql)},
  m.status, m.attempts, ${iso(sql, "m.claimed_at")} as "claimedAt",
  ${iso(sql, "m.settled_at")} as "settledAt", m.error`;

/**
 * Messages of a dispatch in the order of their ids, after `after`. With a status or an error, which
 * is the status where nobody has named one, it reads a bounded
 * stretch of the key, so a page may hold fewer than asked for, and `next` says where to go on; null
 * when there is nothing after it.
 */
export async function pageMessages(
  sql: Sql,
  dispatchNo: number,
  {
    status,
    error,
    after,
    limit,
  }: { status: MessageStatus | null; error: string | null; after: string | null; limit: number },
): Promise<{ rows: MessageRow[]; next: string | null }> {
  const isAny = status === null && error === null;
  const low = after ?? messageId(dispatchNo, 0);
  const high = messageId(dispatchNo + 1, 0);
  const rows = await sql<(MessageRow & { last: string; scanned: number })[]>`
    with stretch as materialized (
      select * from messages where id > ${low}::bigint and id < ${high}::bigint
      order by id limit ${isAny ? limit : SCAN_MAX}
    ),

    bounds as (
      select max(id)::text as last, count(*)::int as scanned from stretch
    ),

    found as (
      select * from stretch
      where (${status}::text is null or status = ${status}::text)
        and (${error}::text is null or coalesce(error, status) = ${error}::text)
      order by id limit ${limit}
    )

    select ${columns(sql)}, b.last, b.scanned
    from bounds b left join found m on true
    left join dispatches d on d.no = ${dispatchNo}
    left join message_texts x on d.personal and x.message_id = m.id order by m.id`;
  const found = rows.filter((row) => row.id !== null);
  const { last, scanned } = rows[0]!;
  const isFull = found.length === limit;
  const isEnd = !isFull && scanned < (isAny ? limit : SCAN_MAX);
  return { rows: found, next: isEnd ? null : isFull ? found.at(-1)!.id : last };
}

/**
 * The message of one phone, if there is one. A phone that was deleted and entered again has the
 * same number.
 */
export async function findMessage(
  sql: Sql,
  dispatchNo: number,
  phone: string,
): Promise<MessageRow | undefined> {
  const [row] = await sql<MessageRow[]>`
    select ${columns(sql)} from recipients r
    join messages m on m.id = ${messageIdSql(sql, dispatchNo, "r.no")}
    join dispatches d on d.no = ${dispatchNo}
    left join message_texts x on d.personal and x.message_id = m.id where r.phone = ${phone}`;
  return row;
}

/**
 * What is kept of the attempts at a message: a row each there is none. Instants are ISO; null where
 * it is not known any more.
 */
export interface Attempts {
  /** The gateway that was given it last, or is about to be. */
  gateway: string | null;
  /** When the last of them was begun. */
  lastAt: string | null;
  /** When the next is due; null: there will be none. */
  nextAt: string | null;
  /** How often it was put off without an attempt: the gateway was busy, or not there. */
  postponed: number;
  /** Hand-overs that did not settle it, the first one first, and not all where they are many. */
  earlier: EarlierAttempt[];
}

/** A hand-over after which another one was to follow. */
export interface EarlierAttempt {
  /** Of the message's, from 1. */
  no: number;
  gateway: string;
  error: string;
  /** ISO: when its answer came, or was given up. */
  at: string;
}

export async function readAttempts(sql: Sql, messageId: string): Promise<Attempts> {
  const [row] = await sql<Omit<Attempts, "earlier">[]>`
    select k.gateway, ${iso(sql, "k.claimed_at")} as "lastAt", coalesce(r.postponed, 0) as postponed,
      case when r.chunk_no is null then ${iso(sql, "r.due_at")} end as "nextAt"
    from messages m left join chunks k on k.no = m.chunk_no left join retries r on r.message_id = m.id
    where m.id = ${messageId}::bigint`;
  const earlier = await sql<EarlierAttempt[]>`
    select no, gateway, code as error, ${iso(sql, "at")} as at from attempts
    where message_id = ${messageId}::bigint order by no`;
  return { ...(row ?? { gateway: null, lastAt: null, nextAt: null, postponed: 0 }), earlier };
}

/** What decides whether a phone belongs to a dispatch. */
export interface Membership {
  known: boolean;
  optedOut: boolean;
  isOperator: boolean;
  hasTag: boolean;
  inTime: boolean;
  /** The first clause of its terms that does not hold. */
  missed: Clause | null;
}

export async function readMembership(
  sql: Sql,
  dispatchNo: number,
  phone: string,
): Promise<Membership | undefined> {
  const terms = await readTerms(sql, { dispatchNo });
  const [row] = await sql<Membership[]>`
    select ${membership(sql, terms)} from recipients r, dispatches d
    where r.phone = ${phone} and d.no = ${dispatchNo}`;
  return row;
}
