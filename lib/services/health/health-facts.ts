import { listLaneUse } from "@/db/health/overview";
import { listStatusOperators, listWorkers, readStatusState } from "@/db/health/status";
import { within } from "@/lib/common/within";
import type { Context } from "@/lib/services/context";
import type { HealthFacts } from "./judge-health";

/**
 * Reads what the rows know of every component's health. @throws when the database does not answer
 */
export async function readHealthFacts(ctx: Context): Promise<HealthFacts> {
  const { sql } = ctx.db;
  const [state, workers, operators, use] = await Promise.all([
    readStatusState(sql),
    listWorkers(sql),
    listStatusOperators(sql),
    listLaneUse(sql),
  ]);
  return { state, workers, operators, use };
}

/**
 * A database that hangs is one that does not answer, and a pool that waits before it connects again
 * may wait longer than a reader.
 */
const ANSWER_MS_MAX = 3_000;

/** The promise's value, or null when it fails or takes too long. */
export const withinTime = <T>(promise: Promise<T>, ms = ANSWER_MS_MAX): Promise<T | null> =>
  within(ms, promise).catch(() => null);
