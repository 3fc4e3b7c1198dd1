import { suppressRefused } from "@/db/audience/suppressions";
import { type Sql, type Tx, transaction } from "@/db/client";
import { messageStatusesBefore } from "@/lib/domain/lifecycle";
import { faultOf } from "@/lib/domain/refusals";

/**
 * What a gateway reports of one message. `id` is the client message id it was given, in decimal.
 */
export interface Receipt {
  id: string;
  status: "delivered" | "undelivered";
  error: string | null;
}

/**
 * Applies receipts: messages in id order, then lanes in order. A receipt that comes early (still
 * `sending`), twice, or after a final state changes what it may and nothing else; of several for
 * one message the first counts, as if each had come in a call of its own. Counters move by the rows
 * that changed; `lane_receipts` are written under their lane's lock, so that they add no wait.
 * @param gateway whose receipts they are: they count for what it was given; null: for everything,
 *   there is one gateway
 * @returns how many messages changed
 */
export async function applyReceipts(sql: Sql, gateway: string | null, receipts: Receipt[]): Promise<number> {
  return transaction(sql, async (tx) => {
    // A statement of its own. The next one then sees the retries of a settle that this one waited
    // for, and the chunk of such a claim: only the next one can say whose a message is.
    await tx`
      select from messages
      where id = any(${receipts.map((r) => r.id)}::bigint[])
        and status = any(${messageStatusesBefore("delivered")}::text[])
      order by id for update`;
    const changed = await applyLocked(tx, gateway, receipts);
    const stopped = new Set(receipts.filter((r) => faultOf(r.error) === "opted_out").map((r) => r.id));
    if (stopped.size > 0) {
      await suppressRefused(
        tx,
        changed.filter((id) => stopped.has(id)),
      );
    }
    return changed.length;
  });
}

async function applyLocked(tx: Tx, gateway: string | null, receipts: Receipt[]): Promise<string[]> {
  // The gateway that was given it last; where that is not known, or none has it now, its
  // operator's.
  const isTheirs = tx`and ${gateway}::text = coalesce(
        (select k.gateway from chunks k where k.no = m.chunk_no),
        (select o.gateway from lanes l join operators o on o.no = l.operator_no where l.no = m.lane_no))`;
  const rows = await tx<{ id: string }[]>`
    with incoming as materialized (
      select distinct on (id) * from unnest(
        ${receipts.map((r) => r.id)}::bigint[],
        ${receipts.map((r) => r.status)}::text[],
        ${receipts.map((r) => r.error)}::text[]
      ) with ordinality as r(id, status, error, nth) order by id, nth
    ),

    locked as materialized (
      select m.id, m.status as before, i.status, i.error from messages m join incoming i on i.id = m.id
      where m.status = any(${messageStatusesBefore("delivered")}::text[])
        ${gateway === null ? tx`` : isTheirs}
      order by m.id for update of m
    ),

    changed as (
      update messages m set status = k.status, error = k.error,
        settled_at = coalesce(m.settled_at, clock_now())
      from locked k where m.id = k.id
      returning m.id, m.lane_no, k.before, m.status, m.error
    ),

    cleared as (
      delete from retries r using changed c where r.message_id = c.id
    ),

    noted as (
      insert into failures (message_id, lane_no, outcome, code, at)
      select id, lane_no, status, coalesce(error, 'undelivered'), clock_now()
      from changed where status = 'undelivered'
    ),

    sums as materialized (
      select lane_no, count(*) filter (where before = 'sending') as sending,
        count(*) filter (where before = 'deferred') as deferred,
        count(*) filter (where before = 'sent') as sent,
        count(*) filter (where before = 'unknown') as unknown,
        count(*) filter (where status = 'delivered') as delivered,
        count(*) filter (where status = 'undelivered') as undelivered
      from changed group by lane_no
    ),

    held as materialized (
      select no, dispatch_no from lanes where no in (select lane_no from sums) order by no for update
    ),

    counted as (
      update lanes l set sending = l.sending - s.sending, deferred = l.deferred - s.deferred,
        sent = l.sent - s.sent, unknown = l.unknown - s.unknown,
        delivered = l.delivered + s.delivered, undelivered = l.undelivered + s.undelivered
      from sums s, held h where l.no = h.no and s.lane_no = h.no
    ),

    timed as (
      insert into lane_receipts (lane_no, at, delivered)
      select h.no, date_bin(d.step, clock_now(), 'epoch') + d.step, s.delivered
      from held h join sums s on s.lane_no = h.no
      cross join lateral (
        select case when clock_now() < started_at + interval '1 hour' then interval '10 seconds'
          when clock_now() < started_at + interval '1 day' then interval '5 minutes'
          else interval '1 hour' end as step
        from dispatches where no = h.dispatch_no
      ) d
      where s.delivered > 0
      on conflict (lane_no, at) do update set delivered = lane_receipts.delivered + excluded.delivered
    )

    select id::text from changed`;
  return rows.map(({ id }) => id);
}
