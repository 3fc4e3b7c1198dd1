import type { Sql } from "@/db/client";
import { raw } from "@/db/sql";
import type { LaneWait } from "@/lib/domain/lane-wait";
import { hasEarlierRetry, laneWaits, noLiveTurn } from "./lanes";

/** A turn that was granted: its lane, and what to log it by. */
export interface Turn {
  laneNo: number;
  dispatchId: string;
  operatorNo: number;
  gateway: string;
  /** Its dispatch's audience has terms: its recipients are sought before they are claimed. */
  hasTerms: boolean;
  /** Its dispatch has a text for each person. */
  isPersonal: boolean;
}

/**
 * Takes the lane's turn unless another turn holds a live token. One turn a lane at a time needs no
 * other fencing. A lane that waits for the hours of its recipients has a run that sleeps until
 * then: another one ends here, or a night would gather them. The engine's clock may be ahead.
 */
export async function beginTurn(
  sql: Sql,
  laneNo: number,
  token: string,
  turnMs: number,
): Promise<Turn | undefined> {
  const [turn] = await sql<Turn[]>`
    update lanes l set turn_token = ${token}::uuid,
      turn_until = clock_now() + ${turnMs}::float8 * interval '1 millisecond'
    from dispatches d, operators o
    where l.no = ${laneNo} and d.no = l.dispatch_no and o.no = l.operator_no and l.open and ${noLiveTurn(sql)}
      and (l.wait_until > clock_now() + interval '10 seconds' and ${raw(sql, laneWaits.quiet)}
        and not ${hasEarlierRetry(sql)}) is not true
    returning l.no as "laneNo", d.id as "dispatchId", l.operator_no as "operatorNo",
      coalesce(d.gateway, o.gateway) as gateway, d.has_terms as "hasTerms", d.personal as "isPersonal"`;
  return turn;
}

/** Gives the turn back, and says why the lane waits when it does. */
export async function endTurn(
  sql: Sql,
  laneNo: number,
  token: string,
  wait?: { reason: LaneWait; untilMs: number },
): Promise<void> {
  await sql`
    update lanes set turn_token = null, turn_until = null, wait_reason = ${wait?.reason ?? null},
      wait_until = to_timestamp(${wait ? wait.untilMs / 1000 : null}::float8)
    where no = ${laneNo} and turn_token = ${token}::uuid`;
}
