import type { Sql } from "@/db/client";
import { actorKey, type Context } from "@/lib/services/context";
import { type Allowance, openLimiter } from "./limiter";

/** What a key has left. */
export interface RequestAllowance extends Allowance {
  /** Requests in a window. */
  limit: number;
  windowS: number;
}

const WINDOW_S = 60;

/**
 * Counts the requests of each API key, for all web processes together. Requests without a key are
 * not counted: a browser cannot ask that fast, and without sign-in callers cannot be told apart.
 * @param perMinute requests a key may make in a minute
 * @returns what is left after this request; null without a key
 */
export function createRequestLimit(
  sql: Sql,
  perMinute: number,
): (ctx: Context) => Promise<RequestAllowance | null> {
  const limiter = openLimiter(sql, { points: perMinute, windowS: WINDOW_S, isRemembered: true });
  return async ({ actor }) => {
    if (actor.kind !== "key") return null;
    return { ...(await limiter.count(actorKey(actor))), limit: perMinute, windowS: WINDOW_S };
  };
}
