import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import type { Sql } from "@/db/client";
import { actorKey, type Context } from "./context";

/** What a key has left. */
export interface RequestAllowance {
  isAllowed: boolean;
  /** Requests in a window. */
  limit: number;
  windowS: number;
  remaining: number;
  /** Seconds until the window ends. */
  resetS: number;
}

const WINDOW_S = 60;

/**
 * Counts the requests of each API key, for all web processes together. People and what has no key are not counted: a browser cannot ask
 * that fast, and where there is no sign-in there is nobody to tell apart.
 * @param perMinute requests a key may make in a minute
 * @returns what is left after this request; null for whoever has no key
 */
export function createRequestLimit(sql: Sql, perMinute: number): (ctx: Context) => Promise<RequestAllowance | null> {
  const limiter = new RateLimiterPostgres({
    // What the library asks of a pool: one method.
    storeClient: {
      query: async ({ text, values }: { text: string; values: (string | number)[] }) => ({ rows: await sql.unsafe(text, values) }),
    },
    storeType: "pool",
    tableName: "request_limits",
    tableCreated: true,
    keyPrefix: "",
    points: perMinute,
    duration: WINDOW_S,
    // A key that is far over its limit costs no statement until its window ends.
    inMemoryBlockOnConsumed: perMinute + 1,
  });
  return async ({ actor }) => {
    if (actor.kind !== "key") return null;
    const [isAllowed, result] = await limiter.consume(actorKey(actor)).then(
      (left) => [true, left] as const,
      (refused: unknown) => {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        return [false, refused] as const;
      },
    );
    const resetS = Math.max(1, Math.ceil(result.msBeforeNext / 1000));
    return { isAllowed, limit: perMinute, windowS: WINDOW_S, remaining: result.remainingPoints, resetS };
  };
}
