import type { Sql } from "@/db/client";
import { iso, messageIdSql } from "@/db/sql";
import { type MessageRow, saidSql } from "./messages";

/** What a dispatch was to a recipient. */
export interface PersonMessageRow extends Omit<MessageRow, "phone"> {
  dispatchNo: number;
  dispatchId: string;
  isTest: boolean;
}

/** Each costs one look at the key of messages, whoever was in them. */
const DISPATCHES_MAX = 2_000;

/**
 * The messages of whoever has a phone now, those of the newest dispatches first: of dispatches
 * before the one with number `before`. They are found by their keys, in a bounded stretch of
 * dispatches: a page may hold fewer than asked for, and `next` says where to go on; null when there
 * is nothing after it.
 */
export async function pagePersonMessages(
  sql: Sql,
  phone: string,
  limit: number,
  before: number | null,
): Promise<{ rows: PersonMessageRow[]; next: number | null }> {
  const rows = await sql<(PersonMessageRow & { last: number; looked: number })[]>`
    with stretch as materialized (
      select no, id, message_text, personal, segments, sender, recipient_no, messages_dropped_at
      from dispatches
      where started_at is not null and (${before}::bigint is null or no < ${before}::bigint)
      order by no desc limit ${DISPATCHES_MAX}
    ),

    found as (
      select d.no as "dispatchNo", d.id as "dispatchId", ${saidSql(sql)},
        d.sender, d.recipient_no is not null as "isTest",
        m.id::text as id, o.code as operator, m.status, m.attempts,
        ${iso(sql, "m.claimed_at")} as "claimedAt", ${iso(sql, "m.settled_at")} as "settledAt", m.error
      from recipients r cross join stretch d
      join messages m on m.id = ${messageIdSql(sql, "d.no", "r.no")}
      left join message_texts x on d.personal and x.message_id = m.id
      join lanes l on l.no = m.lane_no join operators o on o.no = l.operator_no
      where r.phone = ${phone} and r.deleted_at is null and d.messages_dropped_at is null
      order by d.no desc limit ${limit}
    )

    select f.*, b.last, b.looked
    from (select min(no) as last, count(*)::int as looked from stretch) b left join found f on true
    order by f."dispatchNo" desc`;
  const found = rows.filter((row) => row.id !== null);
  const { last, looked } = rows[0]!;
  const isFull = found.length === limit;
  if (!isFull && looked < DISPATCHES_MAX) return { rows: found, next: null };
  return { rows: found, next: isFull ? found.at(-1)!.dispatchNo : last };
}
