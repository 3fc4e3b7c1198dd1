import { optOutRefused } from "@/db/audience/recipients";
import type { Sql, Tx } from "@/db/client";
import { newestMigrationSql } from "@/db/schema-version";
import type { MessageStatus } from "@/lib/domain/lifecycle";
import type { ChunkPlan } from "@/lib/domain/pacing";
import { faultOf } from "@/lib/domain/refusals";
import { counterSql, raw } from "./counters";

/** What a claim needs to know, read under the locks of the lane and of its operator. Instants in ms since the epoch, database clock. */
export interface LockedLane {
  dispatchNo: number;
  operatorNo: number;
  tagNo: number | null;
  cursor: string;
  maxNo: string;
  drained: boolean;
  segments: number;
  text: string;
  rate: number | null;
  gateway: string;
  startedMs: number;
  endMs: number;
  nextSlotMs: number;
  lastSegments: number;
  nowMs: number;
  /** When the lane's next retry is due; null when it has none. */
  retryDueMs: number | null;
  /** The newest that the database has: a program that is older claims nothing. */
  newestMigration: number;
}

/**
 * Locks the lane, then its operator, and only then reads the clock. Returns undefined when the lane is closed or another turn holds it:
 * `open` changes under this very lock, so a claim that waited for a pause sees the pause.
 */
export async function lockLane(tx: Tx, laneNo: number, turnToken: string): Promise<LockedLane | undefined> {
  const [row] = await tx<LockedLane[]>`
    with lane as materialized (
      select no, dispatch_no, operator_no, cursor, drained from lanes
      where no = ${laneNo} and open and turn_token = ${turnToken} for update
    ), operator as materialized (
      select o.no, o.rate, o.gateway, o.next_slot_at, o.last_segments from operators o
      where o.no = (select operator_no from lane) for no key update
    ), clock as materialized (
      select clock_now() as now from operator
    )
    select d.no as "dispatchNo", o.no as "operatorNo", d.tag_no as "tagNo", l.cursor::text, d.max_no::text as "maxNo", l.drained,
      d.segments, d.message_text as text, o.rate::float8 as rate, o.gateway,
      extract(epoch from d.started_at)::float8 * 1000 as "startedMs", extract(epoch from d.end_at)::float8 * 1000 as "endMs",
      extract(epoch from o.next_slot_at)::float8 * 1000 as "nextSlotMs", extract(epoch from c.now)::float8 * 1000 as "nowMs", o.last_segments as "lastSegments",
      (select extract(epoch from min(r.due_at))::float8 * 1000 from retries r where r.lane_no = l.no and r.chunk_no is null) as "retryDueMs",
      ${newestMigrationSql(tx)} as "newestMigration"
    from lane l join dispatches d on d.no = l.dispatch_no, operator o, clock c`;
  return row;
}

export interface ClaimedChunk {
  no: string;
  token: string;
  ids: string[];
  phones: string[];
  /** Attempts each has behind it; absent when none has any (a chunk from the audience). */
  attempts?: number[];
  /** How often each was put off; as absent as `attempts`. */
  postponed?: number[];
  /** Which of them an idempotent gateway may have taken already; as absent as `attempts`. */
  maybeSent?: boolean[];
  /** What the gateway was told when it perhaps took each; undefined: the window's end. As absent as `attempts`. */
  validUntilMs?: (number | undefined)[];
}

export interface ClaimInput {
  laneNo: number;
  lane: LockedLane;
  plan: Extract<ChunkPlan, { kind: "claim" }>;
  token: string;
  leaseMs: number;
  turnMs: number;
  /** Is the operator's gateway? */
  idempotent: boolean;
}

/** Rows of a tag that one claim looks at, at most: a rare operator within a large tag must not stall a claim. */
const SCAN_ROWS_MAX = 20_000;

interface ClaimRow {
  no: string | null;
  ids: string | null;
  phones: string | null;
  attempts: string | null;
  postponed: string | null;
  maybeSent: string | null;
  validUntil: string | null;
}

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
      select (${lane.dispatchNo}::bigint << 32) | p.no, ${laneNo}, n.no, p.phone,
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

/**
 * Claims due retries of the lane: `deferred → sending`. Messages locked by a receipt at this moment are passed over, so that a claim, which
 * holds the lane, never waits for a message. Opt-out is looked at again. What an idempotent gateway may have taken is asked for again of that
 * gateway alone: where the operator has another one by now, or it is idempotent no more, it becomes `unknown`.
 */
export async function claimRetries(tx: Tx, input: ClaimInput): Promise<ClaimedChunk | undefined> {
  const { lane, plan, laneNo } = input;
  const ends = tx`to_timestamp(${lane.endMs} / 1000.0)`;
  const [row] = await tx<ClaimRow[]>`
    with due as materialized (
      select r.message_id, r.attempt, r.postponed, r.unsure, r.valid_until, m.phone, p.opted_out_at is not null or p.deleted_at is not null as gone,
        case when p.opted_out_at is not null then 'opted_out' else 'deleted' end as reason,
        r.unsure and (not ${input.idempotent} or k.gateway <> ${lane.gateway}::text) as stranded
      from retries r join messages m on m.id = r.message_id join recipients p on p.no = (r.message_id & 4294967295)
      left join chunks k on k.no = m.chunk_no
      where r.lane_no = ${laneNo} and r.chunk_no is null and r.due_at <= to_timestamp(${lane.nowMs} / 1000.0) and m.status = 'deferred'
      order by r.due_at, r.message_id limit ${plan.limit} for update of m skip locked
    ),
    number as materialized (select nextval(pg_get_serial_sequence('chunks', 'no')) as no),
    written as (
      update messages m set chunk_no = case when d.stranded then m.chunk_no else n.no end,
        status = case when d.stranded or d.gone and d.unsure then 'unknown' when d.gone then 'skipped' else 'sending' end,
        settled_at = case when d.stranded or d.gone then to_timestamp(${lane.nowMs} / 1000.0) end,
        error = case when d.stranded or d.gone and d.unsure then m.error when d.gone then d.reason else m.error end
      from due d, number n where m.id = d.message_id returning m.id, m.phone, m.status, m.error, d.attempt, d.postponed, d.unsure, d.valid_until
    ),
    kept as (update retries r set chunk_no = n.no from written w, number n where r.message_id = w.id and w.status = 'sending'),
    dropped as (delete from retries r using written w where r.message_id = w.id and w.status <> 'sending'),
    noted as (
      insert into failures (message_id, lane_no, outcome, code, at)
      select id, ${laneNo}, status, coalesce(error, 'lost'), to_timestamp(${lane.nowMs} / 1000.0) from written where status <> 'sending'
    ),
    totals as materialized (
      select count(*)::int as size, count(*) filter (where status = 'sending')::int as sending,
        count(*) filter (where status = 'skipped')::int as skipped, count(*) filter (where status = 'unknown')::int as unknown, min(id) as first_id, max(id) as last_id from written
    ),
    reach as materialized (select ${lane.cursor}::bigint as cursor, ${lane.drained} as drained),
    chunk as (
      insert into chunks (no, lane_no, state, token, gateway, valid_until, lease_until, claimed_at, settled_at, size, first_id, last_id, sending, skipped, unknown, deferred) overriding system value
      select n.no, ${laneNo}, case when t.sending > 0 then 'claimed' else 'settled' end, ${input.token}::uuid, ${lane.gateway}::text, ${ends},
        to_timestamp((${lane.nowMs}::float8 + ${input.leaseMs}::float8) / 1000.0), to_timestamp(${lane.nowMs} / 1000.0),
        case when t.sending > 0 then null else to_timestamp(${lane.nowMs} / 1000.0) end, t.size,
        t.first_id, t.last_id, t.sending, t.skipped, t.unknown, -t.size
      from number n, totals t where t.size > 0 returning no
    ),
    ${foldAndAdvance(tx, input)}
    select (select no::text from chunk) as no,
      (select string_agg(id::text, ',' order by id) from written where status = 'sending') as ids,
      (select string_agg(phone, ',' order by id) from written where status = 'sending') as phones,
      (select string_agg(attempt::text, ',' order by id) from written where status = 'sending') as attempts,
      (select string_agg(postponed::text, ',' order by id) from written where status = 'sending') as postponed,
      (select string_agg(unsure::int::text, ',' order by id) from written where status = 'sending') as "maybeSent",
      (select string_agg(coalesce((extract(epoch from valid_until) * 1000)::text, ''), ',' order by id) from written where status = 'sending') as "validUntil"
    from totals`;
  return chunkFrom(row!, input.token);
}

/** The tail both claims share: adds the counts of settled chunks to the lane, moves its cursor, renews the turn and reserves the slots. */
function foldAndAdvance(tx: Tx, { lane, laneNo, plan, turnMs }: ClaimInput) {
  return tx`
    folded as (
      update chunks set folded = true where lane_no = ${laneNo} and not folded and state in ('settled', 'released')
      returning ${raw(tx, counterSql.names)}
    ),
    sums as materialized (select ${raw(tx, counterSql.sums)} from folded),
    advanced as (
      update lanes set ${raw(tx, counterSql.add("lanes", "s"))}, cursor = coalesce(r.cursor, lanes.cursor), drained = r.drained,
        wait_reason = null, wait_until = null, turn_until = to_timestamp((${lane.nowMs}::float8 + ${turnMs}::float8) / 1000.0)
      from sums s, reach r where lanes.no = ${laneNo}
    ),
    reserved as (
      update operators set next_slot_at = to_timestamp((${plan.firstSlotMs}::float8 + ${plan.stepMs}::float8 * t.sending) / 1000.0),
        last_segments = ${lane.segments}
      from totals t where no = ${lane.operatorNo} and t.sending > 0 and ${plan.stepMs}::float8 > 0
    )`;
}

/** Did a claim without care meet somebody who has a message already? */
export function isSecondMessage(error: unknown): boolean {
  const { code, constraint_name } = error as { code?: string; constraint_name?: string };
  return code === "23505" && constraint_name === "messages_pkey";
}

function chunkFrom(row: ClaimRow, token: string): ClaimedChunk | undefined {
  if (row.no === null || row.ids === null || row.phones === null) return undefined;
  const attempts = row.attempts?.split(",").map(Number);
  const postponed = row.postponed?.split(",").map(Number);
  const maybeSent = row.maybeSent?.split(",").map((flag) => flag === "1");
  const validUntilMs = row.validUntil?.split(",").map((ms) => (ms === "" ? undefined : Number(ms)));
  return {
    no: row.no,
    token,
    ids: row.ids.split(","),
    phones: row.phones.split(","),
    ...(attempts && { attempts }),
    ...(postponed && { postponed }),
    ...(maybeSent && { maybeSent }),
    ...(validUntilMs && { validUntilMs }),
  };
}

/** A chunk that was claimed with this token and never started. */
export async function findClaim(
  sql: Sql,
  laneNo: number,
  token: string,
): Promise<{ no: string; operatorNo: number; ids: string[] } | undefined> {
  const [row] = await sql<{ no: string; operatorNo: number; ids: string | null }[]>`
    select k.no::text as no, l.operator_no as "operatorNo", (
      select string_agg(m.id::text, ',' order by m.id) from messages m
      where m.id between k.first_id and k.last_id and m.chunk_no = k.no and m.status = 'sending'
    ) as ids
    from chunks k join lanes l on l.no = k.lane_no
    where k.lane_no = ${laneNo} and not k.folded and k.token = ${token}::uuid and k.state = 'claimed'`;
  return row?.ids ? { ...row, ids: row.ids.split(",") } : undefined;
}

/** Marks a chunk as started, before its first transmission. False when its lease was taken away: then nothing of it may be sent. */
export async function startChunk(sql: Sql, chunkNo: string, token: string): Promise<boolean> {
  const rows =
    await sql`update chunks set state = 'started' where no = ${chunkNo}::bigint and token = ${token}::uuid and state = 'claimed' and lease_until > clock_now() returning no`;
  return rows.length === 1;
}

/** More often than the backoff grows; the count is not to run out of its column in a window of a year. */
const POSTPONED_MAX = 1_000;

/** How one message of a chunk ended. */
export interface Settlement {
  id: string;
  status: Extract<MessageStatus, "sent" | "failed" | "unknown" | "deferred">;
  error: string | null;
  /** Was it handed to the gateway? Only then the attempt counts. */
  attempted: boolean;
  /** For `deferred`: was it put off? What never got to the gateway was not. */
  postponed?: boolean;
  /** For `deferred`: it may have been taken. */
  maybeSent?: boolean;
  /** For `deferred`: milliseconds from now until it is due. */
  delayMs: number;
}

/** Never handed over: due again, its attempt not counted. */
export const notHandedOver = (id: string): Settlement => ({ id, status: "deferred", error: null, attempted: false, delayMs: 0 });

/** `settled`: now or earlier by this token. `lost`: recovery took the chunk away, and its answer stands. */
export type SettleResult = "settled" | "lost";

/**
 * Settles a chunk in one transaction: the guarded chunk row, then its messages that are still `sending` (a receipt that came first stays),
 * then retries and failures. Counts come from the rows that changed.
 */
export async function settleChunk(
  sql: Sql,
  chunk: Omit<ClaimedChunk, "phones">,
  settlements: Settlement[],
  released: boolean,
): Promise<SettleResult> {
  return sql.begin(async (tx) => {
    const [held] = await tx<{ state: string; laneNo: number }[]>`
      select state, lane_no as "laneNo" from chunks where no = ${chunk.no}::bigint and token = ${chunk.token}::uuid for update`;
    if (!held) return "lost";
    if (held.state === "settled" || held.state === "released") return "settled";
    const first = chunk.ids[0]!;
    const last = chunk.ids.at(-1)!;
    const isWhole = settlements.length === chunk.ids.length && !chunk.attempts;
    const uniform = isWhole && settlements.every((s) => s.status === "sent");
    // Where few others lie between its first message and its last, the list of all of them is more to read than the others.
    const isDense = Number(BigInt(last) - BigInt(first)) < 2 * chunk.ids.length;
    const counts = uniform
      ? await tx<{ status: string; n: number }[]>`
          with changed as (
            update messages set status = 'sent', attempts = attempts + 1, settled_at = clock_now()
            where id between ${first}::bigint and ${last}::bigint ${isDense ? tx`` : tx`and id = any(${chunk.ids}::bigint[])`}
              and chunk_no = ${chunk.no}::bigint and status = 'sending'
            returning 1
          ) select 'sent' as status, count(*)::int as n from changed`
      : await settleMixed(tx, chunk, settlements, held.laneNo);
    const of = (status: string) => counts.find((c) => c.status === status)?.n ?? 0;
    await tx`
      update chunks set state = ${released ? "released" : "settled"}, settled_at = clock_now(),
        sending = sending - ${counts.reduce((sum, c) => sum + c.n, 0)}, sent = sent + ${of("sent")}, failed = failed + ${of("failed")},
        unknown = unknown + ${of("unknown")}, deferred = deferred + ${of("deferred")}
      where no = ${chunk.no}::bigint`;
    const stopped = settlements.filter((s) => s.status === "failed" && faultOf(s.error) === "opted_out");
    if (stopped.length > 0)
      await optOutRefused(
        tx,
        stopped.map((s) => s.id),
      );
    return "settled";
  }) as Promise<SettleResult>;
}

function settleMixed(tx: Tx, chunk: Pick<ClaimedChunk, "no" | "ids">, settlements: Settlement[], laneNo: number) {
  return tx<{ status: string; n: number }[]>`
    with outcome as materialized (
      select * from unnest(${settlements.map((s) => s.id)}::bigint[], ${settlements.map((s) => s.status)}::text[],
        ${settlements.map((s) => s.error)}::text[], ${settlements.map((s) => Number(s.attempted))}::int[],
        ${settlements.map((s) => Number(s.maybeSent ?? false))}::int[], ${settlements.map((s) => Number(s.postponed ?? false))}::int[],
        ${settlements.map((s) => s.delayMs)}::float8[])
        as o(id, status, error, attempted, unsure, postponed, delay_ms)
    ), changed as (
      update messages m set status = o.status, error = coalesce(o.error, case when o.status = 'deferred' then m.error end), attempts = m.attempts + o.attempted,
        settled_at = case when o.status = 'deferred' then null else clock_now() end
      from outcome o
      where m.id = o.id and m.id between ${chunk.ids[0]!}::bigint and ${chunk.ids.at(-1)!}::bigint
        and m.chunk_no = ${chunk.no}::bigint and m.status = 'sending'
      returning m.id, m.status, m.error, o.attempted, o.unsure, o.postponed, o.delay_ms
    ), cleared as (
      delete from retries r using outcome o where r.message_id = o.id and r.chunk_no = ${chunk.no}::bigint
        and not exists (select 1 from changed c where c.id = o.id and c.status = 'deferred')
    ), waiting as (
      insert into retries (message_id, lane_no, due_at, waits_since, attempt, postponed, unsure, valid_until)
      select id, ${laneNo}, clock_now() + delay_ms * interval '1 millisecond', clock_now(), attempted, postponed, unsure = 1,
        case when unsure = 1 then (select valid_until from chunks where no = ${chunk.no}::bigint) end
      from changed where status = 'deferred'
      on conflict (message_id) do update set due_at = excluded.due_at, waits_since = excluded.waits_since,
        attempt = retries.attempt + excluded.attempt, postponed = least(retries.postponed + excluded.postponed, ${POSTPONED_MAX}),
        unsure = retries.unsure or excluded.unsure, valid_until = coalesce(retries.valid_until, excluded.valid_until), chunk_no = null
    ), noted as (
      insert into failures (message_id, lane_no, outcome, code, at)
      select id, ${laneNo}, status, coalesce(error, 'unknown'), clock_now() from changed where status in ('failed', 'unknown')
    )
    select status, count(*)::int as n from changed group by status`;
}
