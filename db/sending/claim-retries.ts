import type { Tx } from "@/db/client";
import { recipientNoSql } from "@/db/sql";
import { isReachable, unreachableBecause } from "./audience";
import {
  type ClaimedChunk,
  type ClaimInput,
  type ClaimRow,
  chunkFrom,
  claimInstants,
  foldAndAdvance,
  textsTable,
  type WrittenTexts,
} from "./claim";
import { isInZone } from "./lane-zones";

/**
 * Claims due retries of the lane: `deferred → sending`.
 *
 * - A message that a receipt holds at this moment is passed over: a claim holds the lane, and never
 *   waits for a message.
 * - Where hours of the day matter, it claims those of one zone, as their recipients have it now.
 * - A recipient who has opted out or was deleted meanwhile (`gone`) is not sent to: `skipped`.
 * - What an idempotent gateway may have taken (`maybe_sent`) goes to that gateway again and to no
 *   other. It becomes `unknown` where the operator has another gateway by now, or where the gateway
 *   is not idempotent any more (`stranded`).
 */
export async function claimRetries(tx: Tx, input: ClaimInput): Promise<ClaimedChunk | undefined> {
  const { lane, plan, laneNo } = input;
  const { now, ends, leaseEnds, zone, rangeFrom, rangeTo } = claimInstants(tx, input);
  const { hours } = input;
  const { texts } = input;
  const isGone = hours?.isSkipped
    ? tx`true`
    : tx`(not (${isReachable(tx, "p")}) ${texts ? tx`or f.problem is not null` : tx``})`;
  const because = hours?.isSkipped
    ? tx`coalesce(${unreachableBecause(tx, "p")}, 'unknown_zone')`
    : texts
      ? tx`coalesce(${unreachableBecause(tx, "p")}, f.problem)`
      : unreachableBecause(tx, "p");
  const [row] = await tx<ClaimRow[]>`
    with due as materialized (
      select r.message_id, r.attempt, r.postponed, r.unsure as maybe_sent, r.valid_until, m.phone,
        ${isGone} as gone, ${because} as reason,
        r.unsure and (not ${input.idempotent} or k.gateway <> ${lane.gateway}::text) as stranded
        ${texts ? tx`, f.text, f.segments, f.written` : tx``}
      from ${texts ? retriesRead(tx, texts) : tx`retries r`}
      join messages m on m.id = r.message_id
      join recipients p on p.no = ${recipientNoSql(tx, "r.message_id")}
      left join chunks k on k.no = m.chunk_no
      where r.lane_no = ${laneNo} and r.chunk_no is null and r.due_at <= ${now} and m.status = 'deferred'
        ${hours ? tx`and ${isInZone(tx, hours.zone, "p")}` : tx``}
        ${texts ? tx`and ${asRead(tx)}` : tx``}
      order by r.due_at, r.message_id limit ${texts ? texts.keys.length : plan.limit}
      for update of m skip locked
    ),

    number as materialized (
      select nextval(pg_get_serial_sequence('chunks', 'no')) as no
    ),

    written as (
      update messages m set chunk_no = case when d.stranded then m.chunk_no else n.no end,
        status = case when d.stranded or d.gone and d.maybe_sent then 'unknown'
          when d.gone then 'skipped' else 'sending' end,
        settled_at = case when d.stranded or d.gone then ${now} end,
        error = case when d.stranded or d.gone and d.maybe_sent then m.error
          when d.gone then d.reason else m.error end
      from due d, number n where m.id = d.message_id
      returning m.id, m.phone, m.status, m.error, d.attempt, d.postponed, d.maybe_sent, d.valid_until
        ${texts ? tx`, d.text, d.segments, d.written` : tx``}
    ),

    ${texts ? toldTexts(tx) : tx``}

    kept as (
      update retries r set chunk_no = n.no, held_version = null from written w, number n
      where r.message_id = w.id and w.status = 'sending'
    ),

    dropped as (
      delete from retries r using written w where r.message_id = w.id and w.status <> 'sending'
    ),

    noted as (
      insert into failures (message_id, lane_no, outcome, code, at)
      select id, ${laneNo}, status, coalesce(error, 'lost'), ${now} from written where status <> 'sending'
    ),

    totals as materialized (
      select count(*)::int as size, count(*) filter (where status = 'sending')::int as sending,
        count(*) filter (where status = 'skipped')::int as skipped,
        count(*) filter (where status = 'unknown')::int as unknown,
        min(id) as first_id, max(id) as last_id
        ${texts ? tx`, coalesce(sum(segments) filter (where status = 'sending'), 0) as segments` : tx``}
      from written
    ),

    reach as materialized (
      select ${lane.cursor}::bigint as cursor, ${lane.drained} as drained
    ),

    chunk as (
      insert into chunks (no, lane_no, state, token, gateway, valid_until, zone, range_from, range_to,
        lease_until, claimed_at, settled_at,
        size, first_id, last_id, sending, skipped, unknown, deferred) overriding system value
      select n.no, ${laneNo}, case when t.sending > 0 then 'claimed' else 'settled' end,
        ${input.token}::uuid, ${lane.gateway}::text, ${ends},
        ${zone}, ${rangeFrom}, ${rangeTo},
        ${leaseEnds}, ${now}, case when t.sending > 0 then null else ${now} end,
        t.size, t.first_id, t.last_id, t.sending, t.skipped, t.unknown, -t.size
      from number n, totals t where t.size > 0 returning no
    ),

    ${foldAndAdvance(tx, input)}

    select (select no::text from chunk) as no,
      (select string_agg(id::text, ',' order by id) from written where status = 'sending') as ids,
      (select string_agg(phone, ',' order by id) from written where status = 'sending') as phones,
      (select string_agg(attempt::text, ',' order by id) from written where status = 'sending') as attempts,
      (select string_agg(postponed::text, ',' order by id) from written
        where status = 'sending') as postponed,
      (select string_agg(maybe_sent::int::text, ',' order by id) from written
        where status = 'sending') as "maybeSent",
      (
        select string_agg(coalesce((extract(epoch from valid_until) * 1000)::text, ''), ',' order by id)
        from written where status = 'sending'
      ) as "validUntil"
    from totals`;
  return chunkFrom(row!, input.token);
}

/** Those that were read, by their keys. */
const retriesRead = (tx: Tx, texts: WrittenTexts) => tx`${textsTable(tx, texts)}
      cross join lateral (select * from retries where message_id = f.key offset 0) r`;

/**
 * Of a personal dispatch: neither the recipient nor whether there is a text has changed since.
 * Without OFFSET 0 the planner may read the texts of all messages that there are.
 */
const asRead = (tx: Tx) => tx`p.xmin::text = f.version
  and (f.written = 1) = exists (select from message_texts t where t.message_id = r.message_id offset 0)`;

/** A message that had no claim yet gets its text now. */
const toldTexts = (tx: Tx) => tx`
    told as (
      insert into message_texts (message_id, text, segments)
      select id, text, segments from written where status = 'sending' and written = 0
    ),`;
