import { readTerms } from "@/db/audience/terms";
import type { Tx } from "@/db/client";
import { messageIdSql, raw, recipientNoSql } from "@/db/sql";
import { belongs } from "./audience";
import type { LockedLane } from "./claim";

/**
 * The time zones of a lane's recipients: what a claim goes by where hours of the day matter. A zone
 * is what recipients have, word for word; the empty text stands for none. Every function is called
 * under the lane's lock.
 */

export interface LaneZone {
  zone: string;
  /** The last recipient number of the zone that was considered. */
  cursor: string;
  drained: boolean;
}

export const NO_ZONE = "";

/** The recipient has this zone. */
export const isInZone = (tx: Tx, zone: string, r = "r") =>
  zone === NO_ZONE ? raw(tx, `${r}.timezone is null`) : tx`${raw(tx, `${r}.timezone`)} = ${zone}`;

export function listLaneZones(tx: Tx, laneNo: number): Promise<LaneZone[]> {
  return tx<LaneZone[]>`
    select zone, cursor::text, drained from lane_zones where lane_no = ${laneNo} order by zone`;
}

/**
 * Adds a row for each zone that recipients of the lane's operator have and that has none. It begins
 * where the lane is by itself: everybody before was considered while hours did not matter. One look
 * at an index a zone.
 * @returns how many were added
 */
export async function addLaneZones(tx: Tx, laneNo: number): Promise<number> {
  const rows = await tx`
    with recursive lane as (
      select no, operator_no, cursor from lanes where no = ${laneNo}
    ),

    found as (
      (
        select r.timezone as zone from lane l join recipients r on r.operator_no = l.operator_no
        where r.timezone is not null order by r.timezone limit 1
      )
      union all
      select (
        select r.timezone from recipients r
        where r.operator_no = (select operator_no from lane) and r.timezone > f.zone
        order by r.timezone limit 1
      ) from found f where f.zone is not null
    )

    insert into lane_zones (lane_no, zone, cursor)
    select l.no, f.zone, l.cursor from found f, lane l where f.zone is not null
    union all
    select l.no, ${NO_ZONE}, l.cursor from lane l
    where exists (select 1 from recipients r where r.operator_no = l.operator_no and r.timezone is null)
    on conflict do nothing returning zone`;
  return rows.length;
}

/** A CTE that moves the cursor of a zone; it follows one named `reach`. */
export const advanceZone = (tx: Tx, laneNo: number, zone: string) => tx`
    zone_advanced as (
      update lane_zones z set cursor = coalesce(r.cursor, z.cursor), drained = r.drained
      from reach r where z.lane_no = ${laneNo} and z.zone = ${zone}
    ),`;

/** What `reach` (`r`) of one zone says of the lane: it is drained when the last zone is. */
export const reachedInZones = (tx: Tx, laneNo: number, zone: string) => tx`
  drained = r.drained and not exists (
    select 1 from lane_zones z where z.lane_no = ${laneNo} and z.zone <> ${zone} and not z.drained)`;

/** There is nobody left to consider in any of the lane's zones. */
export async function drainLane(tx: Tx, laneNo: number): Promise<void> {
  await tx`update lanes set drained = true where no = ${laneNo}`;
}

/** The most that one call takes; whoever calls asks again. */
const PASSED_OVER_MAX = 1_000;

/**
 * Claims those whom the lane has passed over: they got their operator or their zone of today when
 * the lane was past them there. Each gets a message that is due now; from there on it is an
 * ordinary retry.
 * @returns how many there were
 */
export async function claimPassedOver(tx: Tx, laneNo: number, lane: LockedLane): Promise<number> {
  const terms = await readTerms(tx, { dispatchNo: lane.dispatchNo });
  const rows = await tx`
    with passed as materialized (
      select r.no, r.phone from dispatches d
      join recipients r on ${changedSince(tx)}
        and r.operator_no = ${lane.operatorNo} and ${belongs(tx, terms)}
      left join lane_zones z on z.lane_no = ${laneNo} and z.zone = coalesce(r.timezone, ${NO_ZONE})
      where d.no = ${lane.dispatchNo} and (z.zone is null or z.drained or r.no <= z.cursor)
        and not exists (
          select 1 from messages m where m.id = ${messageIdSql(tx, lane.dispatchNo, "r.no")}
        )
      order by r.no limit ${PASSED_OVER_MAX}
    ),

    written as (
      insert into messages (id, lane_no, phone, status, claimed_at)
      select ${messageIdSql(tx, lane.dispatchNo, "p.no")}, ${laneNo}, p.phone, 'deferred', clock_now()
      from passed p order by p.no
      on conflict do nothing returning id
    ),

    waiting as (
      insert into retries (message_id, lane_no, due_at, attempt)
      select id, ${laneNo}, clock_now(), 0 from written
    ),

    counted as (
      update lanes set deferred = deferred + (select count(*) from written)
      where no = ${laneNo} and exists (select 1 from written)
    )

    select no from passed`;
  return rows.length;
}

/**
 * The recipient `r` changed operator since the dispatch `d` opened. The time of a change is earlier
 * than its commit, an import's by as long as its transaction lasts.
 */
export const operatorChangedSince = (tx: Tx) =>
  raw(tx, "r.operator_changed_at > d.started_at - interval '10 minutes'");

/** Operator or zone. */
export const changedSince = (tx: Tx) =>
  tx`(${operatorChangedSince(tx)} or r.zone_changed_at > d.started_at - interval '10 minutes')`;

/** Did hours of the day ever matter to one of the dispatch's lanes? */
export async function hasLaneZones(tx: Tx, dispatchNo: number): Promise<boolean> {
  const [row] = await tx<{ found: boolean }[]>`
    select exists (
      select 1 from lanes l join lane_zones z on z.lane_no = l.no where l.dispatch_no = ${dispatchNo}
    ) as found`;
  return row!.found;
}

/** How many retries are looked at at once. */
const DUE_MAX = 1_000;

/** The zones of recipients whose retries are due, as these have them now. */
export async function listDueZones(tx: Tx, laneNo: number, nowMs: number): Promise<string[]> {
  const rows = await tx<{ zone: string }[]>`
    select distinct coalesce(p.timezone, ${NO_ZONE}) as zone
    from ${dueRetries(tx, laneNo, nowMs)} r
    join recipients p on p.no = ${recipientNoSql(tx, "r.message_id")}`;
  return rows.map(({ zone }) => zone);
}

const dueRetries = (tx: Tx, laneNo: number, nowMs: number) => tx`(
  select message_id from retries
  where lane_no = ${laneNo} and chunk_no is null and due_at <= to_timestamp(${nowMs}::float8 / 1000.0)
  order by due_at, message_id limit ${DUE_MAX})`;

/**
 * Puts due retries off until the hours of their recipients begin. Those of no zone named here stay.
 * @param version of the quiet hours that say so: another one makes them due again
 */
export async function holdRetries(
  tx: Tx,
  laneNo: number,
  nowMs: number,
  version: number,
  until: { zone: string; ms: number }[],
): Promise<void> {
  await tx`
    update retries r set due_at = to_timestamp(u.ms / 1000.0), held_version = ${version},
      waits_since = to_timestamp(${nowMs}::float8 / 1000.0)
    from ${dueRetries(tx, laneNo, nowMs)} due
    join recipients p on p.no = ${recipientNoSql(tx, "due.message_id")}
    join unnest(${until.map(({ zone }) => zone)}::text[], ${until.map(({ ms }) => ms)}::float8[]) u(zone, ms)
      on u.zone = coalesce(p.timezone, ${NO_ZONE})
    where r.message_id = due.message_id`;
}

/** When the lane's next retry is due, and whether it waits for its recipient's hours. */
export async function readNextRetry(
  tx: Tx,
  laneNo: number,
): Promise<{ dueMs: number; isHeld: boolean } | undefined> {
  const [row] = await tx<{ dueMs: number; isHeld: boolean }[]>`
    select extract(epoch from due_at)::float8 * 1000 as "dueMs", held_version is not null as "isHeld"
    from retries where lane_no = ${laneNo} and chunk_no is null order by due_at limit 1`;
  return row;
}
