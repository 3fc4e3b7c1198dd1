import type { Sql, Tx } from "@/db/client";
import { raw, recipientNoSql } from "@/db/sql";
import { type LaneWait, refusedBecause } from "@/lib/domain/lane-wait";

/**
 * Lanes as a whole: making, listing, opening and closing them. `turns.ts` has what a turn does with
 * one.
 */

/** What the engine needs to begin a lane's turn. */
export interface LaneRef {
  lane: number;
  operator: number;
}

/**
 * No turn is at work on lane `l`. A turn that lasts longer than any may was begun before the
 * database's clock stepped back: without the last condition it would hold its lane until the clock
 * is there again.
 */
export const noLiveTurn = (sql: Sql | Tx) =>
  sql`(l.turn_token is null or l.turn_until < clock_now()
    or l.turn_until > clock_now() + interval '5 minutes')`;

/** What lane `l` waits for while `wait_until` lies ahead, as conditions for {@link raw}. */
export const laneWaits = {
  retry: `l.wait_reason = '${"retry" satisfies LaneWait}'`,
  clock: `l.wait_reason = '${"clock" satisfies LaneWait}'`,
  gateway: `l.wait_reason like '${refusedBecause("%")}'`,
  quiet: `l.wait_reason = 'quiet_hours ' || (select version from quiet_hours)`,
  outdated: `l.wait_reason = '${"outdated" satisfies LaneWait}'`,
};

/** Lane `l` waits for hours as quiet hours had them that have changed since. */
export const isStaleQuiet = `(l.wait_reason like 'quiet_hours %' and not ${laneWaits.quiet})`;

/** Lane `l` waits for it now. */
export const waitsFor = (what: keyof typeof laneWaits) => `l.wait_until > clock_now() and ${laneWaits[what]}`;

/**
 * Lane `l` waits for a retry, or for somebody's hours, and another retry, which its last chunk
 * settled since, falls due before that. The tenth of a second is more than an instant loses on its
 * way through a program and back.
 */
export const hasEarlierRetry = (
  sql: Sql | Tx,
) => sql`(${raw(sql, `(${laneWaits.retry} or ${laneWaits.quiet})`)} and exists (
  select 1 from retries r
  where r.lane_no = l.no and r.chunk_no is null and r.due_at < l.wait_until - interval '100 milliseconds'))`;

/**
 * Fixes the audience by the highest recipient number, and makes one lane for each operator in the
 * filter. The lane of a test begins at its recipient.
 */
export async function makeLanes(tx: Tx, dispatchNo: number): Promise<void> {
  await tx`
    update dispatches set max_no = coalesce(recipient_no, (select max(no) from recipients), 0)
    where no = ${dispatchNo}`;
  await tx`
    insert into lanes (dispatch_no, operator_no, open, cursor, price_per_segment)
    select d.no, o.no, s.state = 'on', coalesce(d.recipient_no - 1, 0), o.price_per_segment from dispatches d
    join operators o on d.operator_no is null or o.no = d.operator_no
    cross join (select state from sending_state for share) s
    where d.no = ${dispatchNo} on conflict do nothing`;
}

export async function listLanes(sql: Sql | Tx, dispatchNo: number): Promise<LaneRef[]> {
  return sql<LaneRef[]>`
    select no as lane, operator_no as operator from lanes
    where dispatch_no = ${dispatchNo} and open order by no`;
}

/** Open lanes of the dispatch that have something to do, no live turn, and no wait of their own. */
export async function listLanesToWake(tx: Tx, dispatchNo: number): Promise<LaneRef[]> {
  return tx<LaneRef[]>`
    select l.no as lane, l.operator_no as operator from lanes l
    where l.dispatch_no = ${dispatchNo} and l.open and ${noLiveTurn(tx)}
      and (l.wait_until is null or l.wait_until < clock_now() or ${raw(tx, isStaleQuiet)}
        or ${hasEarlierRetry(tx)})
      and exists (select 1 from retries r where r.lane_no = l.no and r.chunk_no is null)
    order by l.no`;
}

/** Open lanes of the operator that sleep until an instant. */
export async function listWaitingLanes(tx: Tx, operatorNo: number): Promise<LaneRef[]> {
  return tx<LaneRef[]>`
    select no as lane, operator_no as operator from lanes
    where operator_no = ${operatorNo} and open and wait_until > clock_now() order by no`;
}

/**
 * Opens lanes of running dispatches that were left closed: their window was extended, or a stop
 * ended, while they were being closed. It locks in the order of a pause: the dispatch, the stop,
 * the lanes.
 */
export async function reopenLanes(sql: Sql): Promise<void> {
  await sql`
    with closed as materialized (
      select distinct dispatch_no as no from lanes l
      join dispatches d on d.no = l.dispatch_no and d.status = 'running'
      where not l.open
    ),

    running as materialized (
      select d.no from dispatches d
      where d.no in (select no from closed) and d.status = 'running' and d.end_at > clock_now()
      order by d.no for share
    ),

    s as materialized (
      select state from sending_state where exists (select from running) for share
    ),

    held as materialized (
      select l.no from lanes l
      where l.dispatch_no in (select no from running) and not l.open and (select state from s) = 'on'
      order by l.no for update
    )

    update lanes l set open = true from held h where l.no = h.no`;
}

/**
 * Opens the lanes of a running dispatch (unless sending is stopped or its window is over) or closes
 * them, under each lane's lock. Whose hours are next may have changed with the window: lanes look
 * again.
 */
export async function setLanesOpen(tx: Tx, dispatchNo: number, open: boolean): Promise<void> {
  await tx`
    with s as materialized (
      select state from sending_state for share
    ),

    held as materialized (
      select l.no from lanes l, s where l.dispatch_no = ${dispatchNo} order by l.no for update of l
    )

    update lanes l set open = ${open} and s.state = 'on' and d.end_at > clock_now(),
      wait_until = case when ${raw(tx, laneWaits.quiet)} then null else l.wait_until end
    from dispatches d, held h, s
    where d.no = ${dispatchNo} and l.no = h.no`;
}

/**
 * The emergency stop: closes every lane, or opens those of running dispatches whose window is open.
 */
export async function setAllLanesOpen(tx: Tx, on: boolean): Promise<LaneRef[]> {
  return tx<LaneRef[]>`
    with held as materialized (
      select l.no from lanes l join dispatches d on d.no = l.dispatch_no
      where d.status = 'running' and d.end_at > clock_now() and l.open <> ${on}
      order by l.no for update of l
    )

    update lanes l set open = ${on} from held h where l.no = h.no
    returning l.no as lane, l.operator_no as operator`;
}

/**
 * The state of a lane that a sender must have a fresh copy of before every transmission. Instants
 * are milliseconds since the epoch.
 */
export interface LaneGateRow {
  laneNo: number;
  open: boolean;
  endMs: number;
  rate: number | null;
  /** Of the quiet hours. */
  quietVersion: number;
  nowMs: number;
  /** Of the newest suppression and the newest erasure; the same in each row. */
  lastSuppression: string | null;
  /** A recipient of messages that a sender holds may have been suppressed since the claim. */
  suppressedLately: boolean;
}

/**
 * A sender holds a message for 30 s, and a transaction that suppresses somebody lasts 30 s at most.
 */
const LATELY_S = 65;

/** The newest suppression and erasure are looks at the ends of indexes, however many there are. */
export async function readLaneGates(sql: Sql, laneNos: number[]): Promise<LaneGateRow[]> {
  return sql<LaneGateRow[]>`
    with newest as materialized (
      select concat(s.no, '/', e.no) as no,
        coalesce(greatest(s.at, e.at) > clock_now() - ${LATELY_S} * interval '1 second', false) as lately
      from (select max(no) as no, max(at) as at from suppressions) s,
        (select max(no) as no, max(at) as at from erasures) e
    )

    select l.no as "laneNo", l.open, extract(epoch from d.end_at)::float8 * 1000 as "endMs",
      o.rate::float8 as rate, q.version as "quietVersion",
      extract(epoch from clock_now())::float8 * 1000 as "nowMs",
      n.no as "lastSuppression", n.lately as "suppressedLately"
    from lanes l join dispatches d on d.no = l.dispatch_no join operators o on o.no = l.operator_no
    cross join newest n cross join quiet_hours q
    where l.no = any(${laneNos}::int[])`;
}

/** Which of these messages are to people who have opted out. */
export async function readOptedOut(sql: Sql, messageIds: string[]): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select m.id::text as id from unnest(${messageIds}::bigint[]) as m(id)
    join recipients r on r.no = ${recipientNoSql(sql, "m.id")}
    where r.opted_out_at is not null`;
  return rows.map(({ id }) => id);
}
