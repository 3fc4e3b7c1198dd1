import type { Tx } from "@/db/client";
import { type LoadRow, listLoad, listRatedOperators } from "@/db/dispatches/load";
import { forecast } from "@/lib/domain/forecast";
import { countAtLeast } from "@/lib/services/audience/count-tags";
import type { Context } from "@/lib/services/context";
import { lanesOf } from "./forecast-load";

const THIS = "this";

/**
 * Would everybody be reached, at today's rates, given what else is scheduled or running? Its cost
 * is bounded: an audience without a recent count is counted in part. So "no" is sure, and "yes"
 * means that no cheap count speaks against it.
 * @param exceptId the dispatch itself, when it exists already
 */
export async function willFit(
  ctx: Context,
  tx: Tx,
  dispatch: Pick<
    LoadRow,
    | "operatorNo"
    | "tagNo"
    | "expected"
    | "segments"
    | "startMs"
    | "endMs"
    | "timezone"
    | "localTime"
    | "quietHours"
  >,
  exceptId: string | null,
): Promise<boolean> {
  const operators = await listRatedOperators(tx);
  if (operators.every((o) => o.rate === null)) return true;
  const own: LoadRow = { ...dispatch, no: 0, id: THIS, isOpen: false, audience: null, lanes: [] };
  const load = [own, ...(await listLoad(tx, dispatch, exceptId))];
  const counts = await countAtLeast(
    ctx,
    tx,
    load.filter((row) => row.expected === null).map((row) => row.tagNo),
  );
  const nowMs = ctx.now().getTime();
  const foretold = forecast(lanesOf(load, operators, counts, nowMs), nowMs).get(THIS);
  return foretold === undefined || foretold.notSent === 0;
}
