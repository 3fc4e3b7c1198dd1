import type { Sql, Tx } from "@/db/client";
import { type DueDelivery, deliveryPayload } from "@/db/webhooks/webhooks";
import { type DispatchStatus, dispatchStatusesBefore } from "@/lib/domain/lifecycle";
import { ATTEMPTS_MAX } from "@/lib/domain/retry";
import { counterSql, raw } from "./counters";
import { laneWaits, noLiveTurn } from "./lanes";

/**
 * Every move is one guarded UPDATE; no row means the state forbids it. The deliveries that tell of it are written by the same statement: there
 * is no move that webhooks could miss.
 */
export async function moveDispatch(
  tx: Tx,
  id: string,
  to: DispatchStatus,
  only: DispatchStatus[] = dispatchStatusesBefore(to),
): Promise<{ no: number; version: number; deliveries: DueDelivery[] } | undefined> {
  const [row] = await tx<{ no: number; version: number; deliveries: DueDelivery[] }[]>`
    with before as materialized (
      select no, status from dispatches where id = ${id}::uuid and status = any(${only}::text[]) and deleted_at is null for update
    ), moved as (
      update dispatches d set status = ${to}, updated_at = clock_now(),
        started_at = case when ${to} = 'running' then coalesce(started_at, clock_now()) else started_at end,
        finished_at = case when ${to} in ('cancelled', 'expired', 'completed') then clock_now() when ${to} = 'running' then null else finished_at end
      from before b where d.no = b.no returning d.no, d.id, d.version, b.status as was
    ), told as (
      insert into webhook_deliveries (webhook_no, type, payload, next_attempt_at)
      select w.no, e.type, ${deliveryPayload(tx, tx`e.type`, tx`jsonb_build_object('id', m.id, 'status', ${to}::text, 'previous_status', m.was)`)}, clock_now()
      from moved m
      cross join lateral (select 'dispatch.' || case when ${to} <> 'running' then ${to}
        when m.was = 'scheduled' then 'opened' when m.was = 'paused' then 'resumed' else 'reopened' end as type) e
      join webhooks w on w.enabled and e.type = any(w.events)
      returning id, webhook_no
    )
    select no, version, (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'webhook', webhook_no)), '[]') from told) as deliveries from moved`;
  return row;
}

export interface DispatchState {
  no: number;
  status: DispatchStatus;
  version: number;
  startMs: number;
  endMs: number;
  nowMs: number;
}

/** The dispatch's state and the database's clock. `lock`: no other transaction changes its state until this one ends. */
export async function readDispatchState(tx: Tx | Sql, id: string, lock = false): Promise<DispatchState | undefined> {
  const [row] = await tx<DispatchState[]>`
    with dispatch as materialized (
      select no, status, version, start_at, end_at from dispatches where id = ${id}::uuid and deleted_at is null ${lock ? tx`for update` : tx``}
    )
    select no, status, version, extract(epoch from start_at)::float8 * 1000 as "startMs", extract(epoch from end_at)::float8 * 1000 as "endMs",
      extract(epoch from clock_now())::float8 * 1000 as "nowMs" from dispatch`;
  return row;
}

/** Fixes who belongs, by the highest number, and makes one lane for each operator in the filter. Those of a test begin at its recipient. */
export async function makeLanes(tx: Tx, dispatchNo: number): Promise<void> {
  await tx`update dispatches set max_no = coalesce(recipient_no, (select max(no) from recipients), 0) where no = ${dispatchNo}`;
  await tx`
    insert into lanes (dispatch_no, operator_no, open, cursor)
    select d.no, o.no, s.state = 'on', coalesce(d.recipient_no - 1, 0) from dispatches d
    join operators o on d.operator_no is null or o.no = d.operator_no
    cross join (select state from sending_state for share) s
    where d.no = ${dispatchNo} on conflict do nothing`;
}

export async function listLanes(sql: Sql | Tx, dispatchNo: number): Promise<{ lane: number; operator: number }[]> {
  return sql<{ lane: number; operator: number }[]>`
    select no as lane, operator_no as operator from lanes where dispatch_no = ${dispatchNo} and open order by no`;
}

/**
 * Lane `l` waits for a retry, and one that its last chunk settled since falls due before that. The tenth of a second is more than an instant
 * loses on its way through a program and back.
 */
const hasEarlierRetry = (sql: Sql | Tx) => sql`(${raw(sql, laneWaits.retry)} and exists (
  select 1 from retries r where r.lane_no = l.no and r.chunk_no is null and r.due_at < l.wait_until - interval '100 milliseconds'))`;

/** Open lanes of the dispatch that have something to do and neither a live turn nor a wait of their own. */
export async function listLanesToWake(tx: Tx, dispatchNo: number): Promise<{ lane: number; operator: number }[]> {
  return tx<{ lane: number; operator: number }[]>`
    select l.no as lane, l.operator_no as operator from lanes l
    where l.dispatch_no = ${dispatchNo} and l.open and ${noLiveTurn(tx)}
      and (l.wait_until is null or l.wait_until < clock_now() or ${hasEarlierRetry(tx)})
      and exists (select 1 from retries r where r.lane_no = l.no and r.chunk_no is null)
    order by l.no`;
}

/**
 * Makes due what was put off in the future: the database's clock has stepped back since. Version 0.1.0 did not note when it put something off;
 * it may have done so two hours before it is due.
 */
export async function hastenRetries(sql: Sql): Promise<void> {
  await sql`
    update retries set due_at = clock_now(), waits_since = clock_now()
    where chunk_no is null and due_at > clock_now() and coalesce(waits_since, due_at - interval '2 hours') > clock_now() + interval '5 minutes'`;
}

/**
 * Opens lanes of running dispatches that were left closed: their window was extended, or a stop ended, while they were being closed. Locked in
 * the order of a pause: the dispatch, the stop, the lanes.
 */
export async function reopenLanes(sql: Sql): Promise<void> {
  await sql`
    with closed as materialized (select distinct dispatch_no as no from lanes l join dispatches d on d.no = l.dispatch_no and d.status = 'running' where not l.open),
    running as materialized (
      select d.no from dispatches d where d.no in (select no from closed) and d.status = 'running' and d.end_at > clock_now() order by d.no for share
    ),
    s as materialized (select state from sending_state where exists (select from running) for share),
    held as materialized (
      select l.no from lanes l where l.dispatch_no in (select no from running) and not l.open and (select state from s) = 'on' order by l.no for update
    )
    update lanes l set open = true from held h where l.no = h.no`;
}

/** Opens the lanes of a running dispatch (unless sending is stopped or its window is over) or closes them, under each lane's lock. */
export async function setLanesOpen(tx: Tx, dispatchNo: number, open: boolean): Promise<void> {
  await tx`
    with s as materialized (select state from sending_state for share),
    held as materialized (select l.no from lanes l, s where l.dispatch_no = ${dispatchNo} order by l.no for update of l)
    update lanes l set open = ${open} and s.state = 'on' and d.end_at > clock_now()
    from dispatches d, held h, s
    where d.no = ${dispatchNo} and l.no = h.no`;
}

/** The emergency stop: closes every lane, or opens those of running dispatches whose window is open. */
export async function setAllLanesOpen(tx: Tx, on: boolean): Promise<{ lane: number; operator: number }[]> {
  return tx<{ lane: number; operator: number }[]>`
    with held as materialized (
      select l.no from lanes l join dispatches d on d.no = l.dispatch_no
      where d.status = 'running' and d.end_at > clock_now() and l.open <> ${on} order by l.no for update of l
    )
    update lanes l set open = ${on} from held h where l.no = h.no
    returning l.no as lane, l.operator_no as operator`;
}

/** Who belongs: matches the filter, has a number up to `max_no` and had neither opted out nor been deleted when it opened. */
const belongs = (tx: Tx | Sql) => tx`
  (d.operator_no is null or r.operator_no = d.operator_no)
  and (r.opted_out_at is null or r.opted_out_at > coalesce(d.started_at, clock_now()))
  and (r.deleted_at is null or r.deleted_at > coalesce(d.started_at, clock_now()))
  and (d.max_no is null or r.no <= d.max_no) and (d.recipient_no is null or r.no = d.recipient_no)`;

/** Counts the audience once, after opening: a step of its own, so that ten million do not delay the start. */
export async function countAudience(tx: Tx | Sql, dispatchNo: number): Promise<void> {
  await tx`
    update dispatches d set audience = case
      when d.tag_no is null then (select count(*) from recipients r where ${belongs(tx)})
      else (select count(*) from recipient_tags t join recipients r on r.no = t.recipient_no where t.tag_no = d.tag_no and ${belongs(tx)}) end
    where d.no = ${dispatchNo} and d.audience is null`;
}

export interface FinishState {
  openLanes: number;
  undrained: number;
  openChunks: number;
  retries: number;
  accounted: number;
  audience: number | null;
}

/** What finishing depends on. Called with the dispatch locked. Reads the lanes and the chunks that are not folded, never the messages. */
export async function readFinishState(tx: Tx, dispatchNo: number): Promise<FinishState> {
  const [row] = await tx<FinishState[]>`
    select count(*) filter (where l.open)::int as "openLanes", count(*) filter (where not l.drained)::int as undrained,
      coalesce(sum(c.open), 0)::int as "openChunks", coalesce(sum(r.n), 0)::int as retries,
      coalesce(sum(${raw(tx, counterSql.totalOf("l"))} + c.accounted), 0)::float8 as accounted,
      (select audience::float8 from dispatches where no = ${dispatchNo}) as audience
    from lanes l
    cross join lateral (
      select count(*) filter (where state in ('claimed', 'started')) as open, coalesce(sum(${raw(tx, counterSql.total)}), 0) as accounted
      from chunks where lane_no = l.no and not folded
    ) c
    cross join lateral (select count(*) as n from (select 1 from retries where lane_no = l.no limit 1) first) r
    where l.dispatch_no = ${dispatchNo}`;
  return row!;
}

/** Adds the counts of the dispatch's settled chunks to its lanes. Called with the lanes locked. */
export async function foldChunks(tx: Tx, dispatchNo: number): Promise<void> {
  await tx`
    with folded as (
      update chunks k set folded = true from lanes l
      where l.dispatch_no = ${dispatchNo} and k.lane_no = l.no and not k.folded and k.state in ('settled', 'released')
      returning k.lane_no, ${raw(tx, counterSql.namesOf("k"))}
    ),
    sums as (select lane_no, ${raw(tx, counterSql.sums)} from folded group by lane_no)
    update lanes l set ${raw(tx, counterSql.add("l", "s"))} from sums s where l.no = s.lane_no`;
}

/** Those who wait for another try will not get one: their messages become `expired` or `cancelled`, `unknown` when one was perhaps taken. */
export async function dropRetries(tx: Tx, dispatchNo: number, to: "expired" | "cancelled"): Promise<void> {
  await tx`
    with waiting as materialized (
      select m.id, r.unsure from lanes l join retries r on r.lane_no = l.no join messages m on m.id = r.message_id
      where l.dispatch_no = ${dispatchNo} and m.status = 'deferred' order by m.id for update of m
    ),
    changed as (
      update messages m set status = case when w.unsure then 'unknown' else ${to} end, settled_at = clock_now() from waiting w where m.id = w.id
      returning m.id, m.lane_no, m.status, m.error
    ),
    noted as (
      insert into failures (message_id, lane_no, outcome, code, at)
      select id, lane_no, 'unknown', coalesce(error, 'lost'), clock_now() from changed where status = 'unknown'
    ),
    gone as (delete from retries r using changed c where r.message_id = c.id),
    sums as materialized (
      select lane_no, count(*) as n, count(*) filter (where status = 'unknown') as unknown from changed group by lane_no
    ),
    held as materialized (select no from lanes where no in (select lane_no from sums) order by no for update)
    update lanes l set deferred = deferred - s.n, unknown = l.unknown + s.unknown,
      ${to === "expired" ? tx`expired = expired + s.n - s.unknown` : tx`cancelled = cancelled + s.n - s.unknown`}
    from sums s, held h where l.no = h.no and s.lane_no = h.no`;
}

/**
 * Squares the audience with what is accounted for, and says where those went who never got a message row. A dispatch that ran again after it
 * was completed has told of some of them already.
 */
export async function reconcileAudience(
  tx: Tx,
  dispatchNo: number,
  accounted: number,
  to: "skipped" | "expired" | "cancelled",
): Promise<number> {
  const columns = { skipped: tx`unclaimed_skipped`, expired: tx`unclaimed_expired`, cancelled: tx`unclaimed_cancelled` };
  const told = tx`(${accounted}::bigint + unclaimed_skipped + unclaimed_expired + unclaimed_cancelled - ${columns[to]})`;
  const [row] = await tx<{ unclaimed: number }[]>`
    update dispatches set audience = greatest(coalesce(audience, 0), ${told}), ${columns[to]} = greatest(coalesce(audience, 0) - ${told}, 0)
    where no = ${dispatchNo} returning ${columns[to]}::float8 as unclaimed`;
  return row!.unclaimed;
}

export interface SweepFindings {
  /** Due but not opened. */
  due: { id: string; version: number }[];
  /** Open, not drained or with retries due, and without a live turn. */
  lanes: { lane: number; operator: number }[];
  /** Not finished although perhaps nothing is left to do, or over. */
  unfinished: { id: string }[];
}

/** What nobody seems to be working on. Bounded; the next sweep takes the rest. */
export async function findNeglected(sql: Sql): Promise<SweepFindings> {
  const due = await sql<SweepFindings["due"]>`
    select id, version from dispatches
    where status = 'scheduled' and start_at < clock_now() - interval '2 seconds' and deleted_at is null order by start_at limit 500`;
  const lanes = await sql<SweepFindings["lanes"]>`
    select l.no as lane, l.operator_no as operator from lanes l
    where l.open and ${noLiveTurn(sql)}
      and (l.wait_until is null or l.wait_until < clock_now() - interval '2 seconds' or l.wait_until > clock_now() + interval '2 hours' or ${hasEarlierRetry(sql)})
      and (not l.drained or exists (select 1 from retries r where r.lane_no = l.no and r.chunk_no is null)) limit 2000`;
  const unfinished = await sql<SweepFindings["unfinished"]>`
    select d.id from dispatches d
    where (d.status in ('running', 'paused') and (d.end_at <= clock_now() or not exists (select 1 from lanes l where l.dispatch_no = d.no and not l.drained)))
      or (d.status in ('cancelled', 'expired') and d.finished_at > clock_now() - interval '1 day' and (
        d.audience is null
        or exists (select 1 from lanes l join retries r on r.lane_no = l.no where l.dispatch_no = d.no)
        or d.audience <> d.unclaimed_expired + d.unclaimed_cancelled + d.unclaimed_skipped + coalesce((
          select sum(${raw(sql, counterSql.totalOf("l"))} + coalesce((
            select sum(${raw(sql, counterSql.total)}) from chunks where lane_no = l.no and not folded), 0))
          from lanes l where l.dispatch_no = d.no), 0)))
    limit 500`;
  return { due, lanes, unfinished };
}

/**
 * Takes back chunks whose lease ran out. `claimed` was never handed over: due again. `started` may have been: `unknown`, or due again with
 * the same id where the gateway is idempotent; whether it is the one that was given it, the claim of the retry asks. That counts as an attempt,
 * or a message that ends every process which hands it over would do so for ever.
 * @param idempotent names of such gateways, as operators have them
 * @param limit takes back so many at most
 */
export async function recoverChunks(sql: Sql, idempotent: string[], limit: number): Promise<{ dispatchId: string; chunks: number }[]> {
  return sql<{ dispatchId: string; chunks: number }[]>`
    with expired as materialized (
      select k.no, k.lane_no, k.state, k.first_id, k.last_id, k.valid_until,
        exists (select 1 from lanes l join operators o on o.no = l.operator_no where l.no = k.lane_no and o.gateway = any(${idempotent}::text[])) as idempotent
      from chunks k where not k.folded and k.state in ('claimed', 'started') and (k.lease_until < clock_now() or k.lease_until > clock_now() + interval '5 minutes')
      order by k.no limit ${limit} for update of k skip locked
    ),
    held as materialized (
      select m.id, e.state, e.valid_until, e.state = 'claimed' or e.idempotent and coalesce(r.attempt, 0) + 1 < ${ATTEMPTS_MAX} as again
      from expired e join messages m on m.id between e.first_id and e.last_id and m.chunk_no = e.no left join retries r on r.message_id = m.id
      where m.status = 'sending' order by m.id for update of m
    ),
    changed as (
      update messages m set status = case when h.again then 'deferred' else 'unknown' end,
        error = case when h.state = 'claimed' then m.error else 'lost' end,
        attempts = m.attempts + (h.state = 'started')::int, settled_at = case when h.again then null else clock_now() end
      from held h where m.id = h.id
      returning m.id, m.chunk_no, m.lane_no, m.status, h.state = 'started' as attempted, h.valid_until
    ),
    waiting as (
      insert into retries (message_id, lane_no, due_at, attempt, unsure, valid_until)
      select id, lane_no, clock_now(), attempted::int, attempted, case when attempted then valid_until end from changed where status = 'deferred'
      on conflict (message_id) do update set due_at = excluded.due_at, waits_since = excluded.waits_since,
        attempt = retries.attempt + excluded.attempt, unsure = retries.unsure or excluded.unsure,
        valid_until = coalesce(retries.valid_until, excluded.valid_until), chunk_no = null
    ),
    cleared as (delete from retries r using changed c where r.message_id = c.id and c.status = 'unknown'),
    noted as (
      insert into failures (message_id, lane_no, outcome, code, at) select id, lane_no, 'unknown', 'lost', clock_now() from changed where status = 'unknown'
    ),
    sums as (
      select e.no, count(c.id) filter (where c.status = 'deferred') as deferred, count(c.id) filter (where c.status = 'unknown') as unknown
      from expired e left join changed c on c.chunk_no = e.no group by e.no
    ),
    closed as (
      update chunks k set state = case when k.state = 'claimed' then 'released' else 'settled' end, token = null, settled_at = clock_now(),
        sending = k.sending - s.deferred - s.unknown, deferred = k.deferred + s.deferred, unknown = k.unknown + s.unknown
      from sums s where k.no = s.no returning k.lane_no
    )
    select d.id as "dispatchId", count(*)::int as chunks from closed c join lanes l on l.no = c.lane_no join dispatches d on d.no = l.dispatch_no group by d.id`;
}

/** Takes the right to sweep now: false when somebody swept less than `olderThanMs` ago or is about to. */
export async function takeSweep(sql: Sql, olderThanMs: number): Promise<boolean> {
  const rows = await sql`
    update sending_state set last_sweep_at = clock_now()
    where last_sweep_at is null or last_sweep_at > clock_now() + interval '1 minute'
      or last_sweep_at < clock_now() - ${olderThanMs}::float8 * interval '1 millisecond' returning no`;
  return rows.length === 1;
}

/** How many of the dispatch's messages expired, by its lanes' counters. */
export async function readExpired(tx: Tx, dispatchNo: number): Promise<{ expired: number }> {
  const [row] = await tx<
    { expired: number }[]
  >`select coalesce(sum(expired), 0)::float8 as expired from lanes where dispatch_no = ${dispatchNo}`;
  return row!;
}

/** The emergency stop: one row. `lock`: nobody opens lanes or changes it until this transaction ends. */
export async function readSendingState(
  sql: Sql | Tx,
  lock = false,
): Promise<{ state: "on" | "stopped"; reason: string | null; changedAt: string; changedBy: string }> {
  const [row] = await sql<{ state: "on" | "stopped"; reason: string | null; changedAt: string; changedBy: string }[]>`
    select state, reason, to_char(changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "changedAt", changed_by as "changedBy"
    from sending_state ${lock ? sql`for update` : sql``}`;
  return row!;
}

export async function writeSendingState(tx: Tx, state: "on" | "stopped", reason: string | null, actor: string): Promise<void> {
  await tx`update sending_state set state = ${state}, reason = ${reason}, changed_at = clock_now(), changed_by = ${actor}`;
}
