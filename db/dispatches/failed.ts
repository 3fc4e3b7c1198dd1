import type { Tx } from "@/db/client";
import { noteAttempts } from "@/db/sending/attempts";

/**
 * How many of the dispatch's messages have failed, by their codes. They are found by the failures
 * that were noted of them.
 */
export function countFailed(tx: Tx, dispatchNo: number): Promise<{ code: string | null; count: number }[]> {
  return tx<{ code: string | null; count: number }[]>`
    select m.error as code, count(distinct m.id)::int as count
    from lanes l join failures f on f.lane_no = l.no and f.outcome = 'failed'
    join messages m on m.id = f.message_id
    where l.dispatch_no = ${dispatchNo} and m.status = 'failed' group by 1 order by 2 desc, 1`;
}

/**
 * Makes messages of the dispatch that failed with one of these codes due again: `failed →
 * deferred`, with a new round of attempts. They are found by the failures that were noted of them.
 * Called with the dispatch locked.
 * @param after the last message id of the batch before
 * @returns how many, and the last id; fewer than `limit` means that there are no more
 */
export async function deferFailed(
  tx: Tx,
  dispatchNo: number,
  codes: string[],
  after: string,
  limit: number,
): Promise<{ count: number; last: string | null }> {
  const [row] = await tx<{ count: number; last: string | null }[]>`
    with noted as materialized (
      select distinct f.message_id as id from lanes l join failures f on f.lane_no = l.no
      where l.dispatch_no = ${dispatchNo} and f.outcome = 'failed'
        and f.code = any(${codes}::text[]) and f.message_id > ${after}::bigint
    ),

    failed as materialized (
      select m.id, m.error, m.settled_at, k.gateway
      from noted n join messages m on m.id = n.id left join chunks k on k.no = m.chunk_no
      where m.status = 'failed' and m.error = any(${codes}::text[])
      order by m.id limit ${limit} for update of m
    ),

    changed as (
      update messages m set status = 'deferred', settled_at = null, error = null, chunk_no = null
      from failed f where m.id = f.id
      returning m.id, m.lane_no
    ),

    tried as (${noteAttempts(
      tx,
      tx`select id, gateway, error as code, settled_at as at from failed where gateway is not null`,
    )}),

    waiting as (
      insert into retries (message_id, lane_no, due_at, attempt)
      select id, lane_no, clock_now(), 0 from changed
    ),

    sums as (
      select lane_no, count(*) as n from changed group by lane_no
    ),

    counted as (
      update lanes l set failed = l.failed - s.n, deferred = l.deferred + s.n
      from sums s where l.no = s.lane_no
    )

    select count(*)::int as count, max(id)::text as last from changed`;
  return row!;
}
