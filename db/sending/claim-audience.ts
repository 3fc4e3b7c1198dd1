import type { Tx } from "@/db/client";
import { messageIdSql } from "@/db/sql";
import { type ClaimedChunk, type ClaimInput, type ClaimRow, chunkFrom, foldAndAdvance } from "./claim";

/** Rows of a tag that one claim looks at, at most: a rare operator within a large tag must not stall a claim. */
const SCAN_ROWS_MAX = 20_000;

/**
 * Claims the next recipients after the lane's cursor: writes their messages (`sending`) and the chunk, moves the cursor and reserves the
 * slots. Only what the INSERT returned is handed back: a conflict is somebody who has a message already, and is passed over.
 * @param isCareful false: such a conflict is thrown (see {@link isSecondMessage}), and the claim is made anew with care. Care costs a quarter
 *   of the INSERT and a fifth of its log, and only who moved to another operator while the dispatch was running needs it.
 * Whoever opted out or was deleted since opening gets a `skipped` message; whoever did so before is not of the audience.
 */
export async function claimAudience(tx: Tx, input: ClaimInput, isCareful: boolean): Promise<ClaimedChunk | undefined> {
  const { lane, plan, laneNo } = input;
  const ends = tx`to_timestamp(${lane.endMs} / 1000.0)`;
  const started = tx`to_timestamp(${lane.startedMs} / 1000.0)`;
  const belongs = tx`(r.opted_out_at is null or r.opted_out_at > ${started}) and (r.deleted_at is null or r.deleted_at > ${started})`;
  // Both sides are bounded: without the second bound the claim slows from 0.6 to 86 ms as the cursor moves.
  const scan =
    lane.tagNo === null
      ? tx`select r.no, r.phone, r.opted_out_at, r.deleted_at, true as matches from recipients r
           where r.operator_no = ${lane.operatorNo} and r.no > ${lane.cursor}::bigint and r.no <= ${lane.maxNo}::bigint and ${belongs}
           order by r.no limit ${plan.limit}`
      : tx`select t.recipient_no as no, r.phone, r.opted_out_at, r.deleted_at, r.operator_no = ${lane.operatorNo} and ${belongs} as matches
           from (select recipient_no from recipient_tags where tag_no = ${lane.tagNo} and recipient_no > ${lane.cursor}::bigint
                 and recipient_no <= ${lane.maxNo}::bigint order by recipient_no limit ${SCAN_ROWS_MAX}) t
           join recipients r on r.no = t.recipient_no and r.no > ${lane.cursor}::bigint order by t.recipient_no`;
  const scanMax = lane.tagNo === null ? plan.limit : SCAN_ROWS_MAX;
  const [row] = await tx<ClaimRow[]>`
    with scanned as materialized (${scan}),
    picked as materialized (select * from scanned where matches order by no limit ${plan.limit}),
    reach as materialized (
      select case when (select count(*) from picked) >= ${plan.limit} then (select max(no) from picked) else max(no) end as cursor,
        count(*) < ${scanMax} and (select count(*) from picked) < ${plan.limit} as drained
      from scanned
    ),
    number as materialized (select nextval(pg_get_serial_sequence('chunks', 'no')) as no),
    written as (
      insert into messages (id, lane_no, chunk_no, phone, status, claimed_at, settled_at, error)
      select ${messageIdSql(tx, lane.dispatchNo, "p.no")}, ${laneNo}, n.no, p.phone,
        case when p.opted_out_at is null and p.deleted_at is null then 'sending' else 'skipped' end, to_timestamp(${lane.nowMs} / 1000.0),
        case when p.opted_out_at is null and p.deleted_at is null then null else to_timestamp(${lane.nowMs} / 1000.0) end,
        case when p.opted_out_at is not null then 'opted_out' when p.deleted_at is not null then 'deleted' end
      from picked p, number n order by p.no
      ${isCareful ? tx`on conflict do nothing` : tx``} returning id, phone, status, error
    ),
    noted as (
      insert into failures (message_id, lane_no, outcome, code, at)
      select id, ${laneNo}, 'skipped', error, to_timestamp(${lane.nowMs} / 1000.0) from written where status = 'skipped'
    ),
    totals as materialized (
      select count(*) filter (where status = 'sending')::int as sending, count(*) filter (where status = 'skipped')::int as skipped,
        min(id) as first_id, max(id) as last_id, string_agg(id::text, ',' order by id) filter (where status = 'sending') as ids,
        string_agg(phone, ',' order by id) filter (where status = 'sending') as phones
      from written
    ),
    chunk as (
      insert into chunks (no, lane_no, state, token, gateway, valid_until, lease_until, claimed_at, settled_at, size, first_id, last_id, sending, skipped) overriding system value
      select n.no, ${laneNo}, case when t.sending > 0 then 'claimed' else 'settled' end, ${input.token}::uuid, ${lane.gateway}::text, ${ends},
        to_timestamp((${lane.nowMs}::float8 + ${input.leaseMs}::float8) / 1000.0), to_timestamp(${lane.nowMs} / 1000.0),
        case when t.sending > 0 then null else to_timestamp(${lane.nowMs} / 1000.0) end, t.sending + t.skipped, t.first_id, t.last_id, t.sending, t.skipped
      from number n, totals t where t.sending + t.skipped > 0 returning no
    ),
    ${foldAndAdvance(tx, input)}
    select (select no::text from chunk) as no, t.ids, t.phones, null as attempts, null as postponed, null as "maybeSent", null as "validUntil" from totals t`;
  return chunkFrom(row!, input.token);
}

/** Did a claim without care meet somebody who has a message already? */
export function isSecondMessage(error: unknown): boolean {
  const { code, constraint_name } = error as { code?: string; constraint_name?: string };
  return code === "23505" && constraint_name === "messages_pkey";
}
