import type { Sql, Tx } from "@/db/client";
import { type LaneWait, refusedBecause } from "@/lib/domain/lane-wait";

/** What a turn is granted: the lane and what to log it by. */
export interface Turn {
  laneNo: number;
  dispatchId: string;
  operatorNo: number;
  gateway: string;
}

/**
 * Nobody is at work on lane `l`. A turn that lasts longer than any may was begun before the database's clock stepped back: without the last
 * condition it would hold its lane until the clock is there again.
 */
export const noLiveTurn = (sql: Sql | Tx) =>
  sql`(l.turn_token is null or l.turn_until < clock_now() or l.turn_until > clock_now() + interval '5 minutes')`;

/** What lane `l` waits for while `wait_until` lies ahead, as conditions for {@link raw}. Constants: nothing of a user's is ever in them. */
export const laneWaits = {
  retry: `l.wait_reason = '${"retry" satisfies LaneWait}'`,
  clock: `l.wait_reason = '${"clock" satisfies LaneWait}'`,
  gateway: `l.wait_reason like '${refusedBecause("%")}'`,
  outdated: `l.wait_reason = '${"outdated" satisfies LaneWait}'`,
};

/** Takes the lane's turn unless another turn holds a live token. One turn a lane at a time needs no other fencing. */
export async function beginTurn(sql: Sql, laneNo: number, token: string, turnMs: number): Promise<Turn | undefined> {
  const [turn] = await sql<Turn[]>`
    update lanes l set turn_token = ${token}::uuid, turn_until = clock_now() + ${turnMs}::float8 * interval '1 millisecond'
    from dispatches d, operators o
    where l.no = ${laneNo} and d.no = l.dispatch_no and o.no = l.operator_no and l.open and ${noLiveTurn(sql)}
    returning l.no as "laneNo", d.id as "dispatchId", l.operator_no as "operatorNo", o.gateway`;
  return turn;
}

/** Gives the turn back, and says why the lane waits when it does. */
export async function endTurn(sql: Sql, laneNo: number, token: string, wait?: { reason: LaneWait; untilMs: number }): Promise<void> {
  await sql`
    update lanes set turn_token = null, turn_until = null, wait_reason = ${wait?.reason ?? null},
      wait_until = to_timestamp(${wait ? wait.untilMs / 1000 : null}::float8)
    where no = ${laneNo} and turn_token = ${token}::uuid`;
}

/** Open lanes of the operator that sleep until an instant. */
export async function listWaitingLanes(tx: Tx, operatorNo: number): Promise<{ lane: number; operator: number }[]> {
  return tx<{ lane: number; operator: number }[]>`
    select no as lane, operator_no as operator from lanes where operator_no = ${operatorNo} and open and wait_until > clock_now() order by no`;
}

/** The state a sender must have a fresh copy of before every transmission. Instants in ms since the epoch. */
export interface LaneGateRow {
  laneNo: number;
  open: boolean;
  endMs: number;
  rate: number | null;
  nowMs: number;
}

export async function readLaneGates(sql: Sql, laneNos: number[]): Promise<LaneGateRow[]> {
  return sql<LaneGateRow[]>`
    select l.no as "laneNo", l.open, extract(epoch from d.end_at)::float8 * 1000 as "endMs", o.rate::float8 as rate,
      extract(epoch from clock_now())::float8 * 1000 as "nowMs"
    from lanes l join dispatches d on d.no = l.dispatch_no join operators o on o.no = l.operator_no
    where l.no = any(${laneNos}::int[])`;
}

/** The names of all gateways that operators use. */
export async function listGateways(sql: Sql): Promise<string[]> {
  return (await sql<{ gateway: string }[]>`select distinct gateway from operators order by 1`).map((row) => row.gateway);
}

/** Sets the operator's first free slot, and of how many segments the messages before it are. Called with the operator locked. */
export async function moveNextSlot(tx: Tx, operatorNo: number, nextSlotMs: number, lastSegments: number): Promise<void> {
  await tx`
    update operators set next_slot_at = to_timestamp(${nextSlotMs}::float8 / 1000.0), last_segments = ${lastSegments} where no = ${operatorNo}`;
}

/**
 * Reserves slots anew for messages of a chunk whose own were missed.
 * @param choose given the clock, the operator's next free slot and its rate, returns the first slot and the one after the last; undefined: none
 */
export async function reserveSlots<T extends { firstSlotMs: number; nextSlotMs: number }>(
  sql: Sql,
  operatorNo: number,
  segments: number,
  choose: (op: { nowMs: number; nextSlotMs: number; lastSegments: number; rate: number | null }) => T | undefined,
): Promise<T | undefined> {
  return sql.begin(async (tx) => {
    const [op] = await tx<{ nowMs: number; nextSlotMs: number; lastSegments: number; rate: number | null }[]>`
      with op as materialized (select rate, next_slot_at, last_segments from operators where no = ${operatorNo} for no key update)
      select rate::float8 as rate, extract(epoch from next_slot_at)::float8 * 1000 as "nextSlotMs",
        last_segments as "lastSegments", extract(epoch from clock_now())::float8 * 1000 as "nowMs" from op`;
    const chosen = op && choose(op);
    if (chosen) await moveNextSlot(tx, operatorNo, chosen.nextSlotMs, segments);
    return chosen;
  }) as Promise<T | undefined>;
}
