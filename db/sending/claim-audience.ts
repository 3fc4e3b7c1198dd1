import type { Terms } from "@/db/audience/terms";
import type { Tx } from "@/db/client";
import { messageIdSql } from "@/db/sql";
import { isUniqueViolation } from "@/lib/common/database-errors";
import { isReachable, matchesTerms, unreachableBecause, wasReachable } from "./audience";
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
import { advanceZone, isInZone, reachedInZones } from "./lane-zones";

/** A claim looks at so many rows of a tag: a rare operator within a large tag must not stall it. */
const SCAN_ROWS_MAX = 20_000;
/** And at so many of one zone, where each is asked for terms under the lane's lock. */
const TERMS_ROWS_MAX = 2_000;

/** Recipients who matched the terms a moment ago, at most as many as may be claimed. */
export interface SoughtAudience {
  nos: string[];
  terms: Terms;
  /** Where the lane is when they are claimed, and whether nobody follows. */
  cursor: string;
  drained: boolean;
}

/**
 * Claims the next recipients after the lane's cursor: writes their messages (`sending`) and the
 * chunk, moves the cursor and reserves the slots. It hands back only what the INSERT returned. One
 * who opted out or was deleted since the opening gets a `skipped` message.
 * @param isCareful true: a recipient who has a message already is passed over. False: such a
 *   conflict is thrown (see {@link isSecondMessage}), and the caller claims anew with care. Only
 *   one who changed operator while the dispatch ran needs care, and it costs a quarter of the
 *   INSERT.
 * @param sought of a dispatch with terms: whom the seek before it has found
 */
export async function claimAudience(
  tx: Tx,
  input: ClaimInput,
  isCareful: boolean,
  sought?: SoughtAudience,
): Promise<ClaimedChunk | undefined> {
  const { lane, plan, laneNo } = input;
  const { now, ends, leaseEnds, zone, rangeFrom, rangeTo } = claimInstants(tx, input);
  const skipped = input.hours?.isSkipped;
  const { texts } = input;
  const isSendable = skipped
    ? tx`false`
    : tx`${isReachable(tx, "p")} ${texts ? tx`and p.problem is null` : tx``}`;
  const because = skipped
    ? tx`coalesce(${unreachableBecause(tx, "p")}, 'unknown_zone')`
    : texts
      ? tx`coalesce(${unreachableBecause(tx, "p")}, p.problem)`
      : unreachableBecause(tx, "p");
  const reached = texts ? readReach(tx, texts) : sought ? soughtReach(tx, sought) : scannedReach(tx, input);
  const first = texts ? tx`and at < (select at from first_changed)` : tx`order by no limit ${plan.limit}`;
  const [row] = await tx<ClaimRow[]>`
    with scanned as materialized (${texts ? scanRead(tx, input, texts) : scanned(tx, input, sought)}),

    ${texts ? firstChanged(tx) : tx``}

    picked as materialized (
      select * from scanned where matches ${first}
    ),

    reach as materialized (${reached}),

    number as materialized (
      select nextval(pg_get_serial_sequence('chunks', 'no')) as no
    ),

    written as (
      insert into messages (id, lane_no, chunk_no, phone, status, claimed_at, settled_at, error)
      select ${messageIdSql(tx, lane.dispatchNo, "p.no")}, ${laneNo}, n.no, p.phone,
        case when ${isSendable} then 'sending' else 'skipped' end, ${now},
        case when ${isSendable} then null else ${now} end, ${because}
      from picked p, number n order by p.no
      ${isCareful ? tx`on conflict do nothing` : tx``}
      returning id, phone, status, error
    ),

    ${texts ? toldTexts(tx, lane.dispatchNo) : tx``}

    noted as (
      insert into failures (message_id, lane_no, outcome, code, at)
      select id, ${laneNo}, 'skipped', error, ${now} from written where status = 'skipped'
    ),

    totals as materialized (
      select count(*) filter (where status = 'sending')::int as sending,
        count(*) filter (where status = 'skipped')::int as skipped,
        min(id) as first_id, max(id) as last_id,
        string_agg(id::text, ',' order by id) filter (where status = 'sending') as ids,
        string_agg(phone, ',' order by id) filter (where status = 'sending') as phones
        ${texts ? tx`, (select coalesce(sum(segments), 0) from told) as segments` : tx``}
      from written
    ),

    chunk as (
      insert into chunks (no, lane_no, state, token, gateway, valid_until, zone, range_from, range_to,
        lease_until, claimed_at, settled_at,
        size, first_id, last_id, sending, skipped) overriding system value
      select n.no, ${laneNo}, case when t.sending > 0 then 'claimed' else 'settled' end,
        ${input.token}::uuid, ${lane.gateway}::text, ${ends},
        ${zone}, ${rangeFrom}, ${rangeTo},
        ${leaseEnds}, ${now}, case when t.sending > 0 then null else ${now} end,
        t.sending + t.skipped, t.first_id, t.last_id, t.sending, t.skipped
      from number n, totals t where t.sending + t.skipped > 0 returning no
    ),

    ${input.hours ? advanceZone(tx, laneNo, input.hours.zone) : tx``}

    ${foldAndAdvance(tx, input, input.hours && reachedInZones(tx, laneNo, input.hours.zone))}

    select (select no::text from chunk) as no, t.ids, t.phones,
      null as attempts, null as postponed, null as "maybeSent", null as "validUntil"
    from totals t`;
  return chunkFrom(row!, input.token);
}

const scanned = (tx: Tx, input: ClaimInput, sought?: SoughtAudience) =>
  sought
    ? scanFound(tx, input, sought)
    : input.terms
      ? scanForTerms(tx, input, input.terms)
      : input.lane.tagNo === null
        ? scanOperator(tx, input)
        : scanTag(tx, input);

/** How far the lane is after it. */
const scannedReach = (tx: Tx, { lane, plan, terms }: ClaimInput) => tx`
      select case when (select count(*) from picked) >= ${plan.limit}
          then (select max(no) from picked) else max(no) end as cursor,
        count(*) < ${terms ? TERMS_ROWS_MAX : lane.tagNo === null ? plan.limit : SCAN_ROWS_MAX}
          and (select count(*) from picked) < ${plan.limit} as drained
      from scanned
    `;

/** Those that were read, by their keys; `matches` asks again whatever their own rows do not say. */
const scanRead = (tx: Tx, input: ClaimInput, texts: WrittenTexts) => tx`
  select r.no, r.phone, r.opted_out_at, r.deleted_at, f.text, f.segments, f.problem, f.at,
    r.xmin::text = f.version as same, r.operator_no = ${input.lane.operatorNo}${andInZone(tx, input)}
      and ${belonged(tx, input)}
      and ${input.terms ? matchesTerms(tx, input.terms, "probed") : hasTag(tx, input)} as matches
  from ${textsTable(tx, texts)}
  cross join lateral (select xmin, * from recipients where no = f.key offset 0) r`;

const hasTag = (tx: Tx, { lane }: ClaimInput) =>
  lane.tagNo === null
    ? tx`true`
    : tx`exists (
        select from recipient_tags t where t.tag_no = ${lane.tagNo} and t.recipient_no = r.no offset 0)`;

/** Who has changed since is sought again, and so is whoever comes after them. */
const firstChanged = (tx: Tx) => tx`
    first_changed as materialized (
      select coalesce(min(at), 9223372036854775807) as at from scanned where not same
    ),`;

const readReach = (tx: Tx, { cursor, drained }: WrittenTexts) => tx`
      select case when exists (select from scanned where not same)
          then (select max(no) from scanned where at < (select at from first_changed))
          else ${cursor}::bigint end as cursor,
        ${drained}::boolean and not exists (select from scanned where not same) as drained
    `;

/**
 * What each message says is kept with its first claim. IS TRUE keeps the subquery from becoming a
 * join: the planner expects a handful, and would compare each with each.
 */
const toldTexts = (tx: Tx, dispatchNo: number) => tx`
    told as (
      insert into message_texts (message_id, text, segments)
      select id, text, segments
      from (select ${messageIdSql(tx, dispatchNo, "no")} as id, text, segments from picked) p
      where (id in (select id from written where status = 'sending')) is true
      order by id returning segments
    ),`;

const soughtReach = (tx: Tx, { cursor, drained }: SoughtAudience) =>
  tx`select ${cursor}::bigint as cursor, ${drained}::boolean as drained`;

/** The recipients were reachable when the dispatch opened. */
const belonged = (tx: Tx, { lane }: ClaimInput) =>
  wasReachable(tx, tx`to_timestamp(${lane.startedMs} / 1000.0)`);

/** What a claim is behind: the lane's own cursor, or that of one zone of it. */
const cursorOf = ({ lane, hours }: ClaimInput) => hours?.cursor ?? lane.cursor;

const andInZone = (tx: Tx, { hours }: ClaimInput) => (hours ? tx` and ${isInZone(tx, hours.zone)}` : tx``);

/** The operator's recipients between the cursor and `max_no`. */
const scanOperator = (tx: Tx, input: ClaimInput) => tx`
  select r.no, r.phone, r.opted_out_at, r.deleted_at, true as matches from recipients r
  where r.operator_no = ${input.lane.operatorNo}${andInZone(tx, input)}
    and r.no > ${cursorOf(input)}::bigint and r.no <= ${input.lane.maxNo}::bigint
    and ${belonged(tx, input)}
  order by r.no limit ${input.plan.limit}`;

/**
 * The tag's recipients between the cursor and `max_no`; `matches` says which are this lane's. Both
 * sides are bounded: without the second bound the claim slows from 0.6 to 86 ms as the cursor
 * moves.
 */
const scanTag = (tx: Tx, input: ClaimInput) => tx`
  select t.recipient_no as no, r.phone, r.opted_out_at, r.deleted_at,
    r.operator_no = ${input.lane.operatorNo}${andInZone(tx, input)} and ${belonged(tx, input)} as matches
  from (
    select recipient_no from recipient_tags
    where tag_no = ${input.lane.tagNo}
      and recipient_no > ${cursorOf(input)}::bigint and recipient_no <= ${input.lane.maxNo}::bigint
    order by recipient_no limit ${SCAN_ROWS_MAX}
  ) t
  join recipients r on r.no = t.recipient_no and r.no > ${cursorOf(input)}::bigint
  order by t.recipient_no`;

/** The zone's recipients between its cursor and `max_no`; `matches` says whom the terms mean. */
const scanForTerms = (tx: Tx, input: ClaimInput, terms: Terms) => tx`
  select r.no, r.phone, r.opted_out_at, r.deleted_at,
    ${belonged(tx, input)} and ${matchesTerms(tx, terms, "probed")} as matches
  from recipients r
  where r.operator_no = ${input.lane.operatorNo}${andInZone(tx, input)}
    and r.no > ${cursorOf(input)}::bigint and r.no <= ${input.lane.maxNo}::bigint
  order by r.no limit ${TERMS_ROWS_MAX}`;

/**
 * Those that were sought, by their keys. What may have changed since is asked again: operator,
 * tags, attributes, and whom the dispatches left out have reached.
 */
const scanFound = (tx: Tx, input: ClaimInput, { nos, terms }: SoughtAudience) => tx`
  select r.no, r.phone, r.opted_out_at, r.deleted_at,
    r.operator_no = ${input.lane.operatorNo} and ${belonged(tx, input)}
      and ${matchesTerms(tx, terms, "probed")} as matches
  from unnest(${nos}::bigint[]) f(no)
  cross join lateral (select * from recipients where no = f.no offset 0) r`;

/** Did a claim without care meet a recipient who has a message already? */
export const isSecondMessage = (error: unknown): boolean => isUniqueViolation(error, "messages_pkey");
