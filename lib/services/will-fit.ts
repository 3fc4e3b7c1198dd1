import type { Tx } from "@/db/client";
import { countByTag, type LoadRow, listLoad, listRatedOperators } from "@/db/load";
import { countAudienceParts } from "@/db/preview";
import { forecast } from "@/lib/domain/forecast";
import { laneOf, lanesOf } from "./forecast-load";

/** Recipients counted for a warning, at most. */
const COUNT_MAX = 100_000;
const THIS = "this";

/**
 * Would everybody be reached, at today's rates, given what else is scheduled or running? Its cost is bounded: of a large audience only a part
 * is counted, so that "no" is sure and "yes" means that nothing cheap speaks against it.
 * @param exceptId the dispatch itself, when it exists already
 */
export async function willFit(
  tx: Tx,
  dispatch: Pick<LoadRow, "operatorNo" | "tagNo" | "segments" | "startMs" | "endMs">,
  now: Date,
  exceptId: string | null,
): Promise<boolean> {
  const operators = await listRatedOperators(tx);
  const parts = await countAudienceParts(tx, dispatch.operatorNo, dispatch.tagNo, COUNT_MAX);
  const own = operators
    .map((operator) => {
      const messages = parts.reduce((sum, part) => sum + (part.operatorNo === operator.no ? part.count : 0), 0);
      return laneOf({ ...dispatch, id: THIS }, operator, messages);
    })
    .filter((lane) => lane.messages > 0 && lane.rate !== null);
  if (own.length === 0) return true;
  const load = await listLoad(tx, dispatch.endMs, exceptId);
  const tags = new Set(load.map((row) => row.tagNo));
  const counts = await countByTag(
    tx,
    [...tags].filter((tag) => tag !== null),
    tags.has(null),
    COUNT_MAX,
  );
  const foretold = forecast([...own, ...lanesOf(load, operators, counts)], now.getTime()).get(THIS);
  return foretold?.notSent === 0;
}
