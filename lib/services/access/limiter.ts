import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import type { Sql } from "@/db/client";

/** What is left of an allowance. */
export interface Allowance {
  isAllowed: boolean;
  remaining: number;
  /** Seconds until it is whole again. */
  resetS: number;
}

/**
 * Counts in the database, for all processes together: so many in a window that begins with the
 * first.
 * @param isRemembered what is far over its allowance costs no statement until its window ends; such
 * a count cannot be cleared before
 */
export function openLimiter(
  sql: Sql,
  {
    prefix = "",
    points,
    windowS,
    isRemembered = false,
  }: { prefix?: string; points: number; windowS: number; isRemembered?: boolean },
) {
  const limiter = new RateLimiterPostgres({
    // What the library asks of a pool: one method.
    storeClient: {
      query: async ({ text, values }: { text: string; values: (string | number)[] }) => ({
        rows: await sql.unsafe(text, values),
      }),
    },
    storeType: "pool",
    tableName: "request_limits",
    tableCreated: true,
    keyPrefix: prefix,
    points,
    duration: windowS,
    ...(isRemembered && { inMemoryBlockOnConsumed: points + 1 }),
  });
  return {
    async count(key: string): Promise<Allowance> {
      const [isAllowed, result] = await limiter.consume(key).then(
        (left) => [true, left] as const,
        (refused: unknown) => {
          if (!(refused instanceof RateLimiterRes)) throw refused;
          return [false, refused] as const;
        },
      );
      return {
        isAllowed,
        remaining: result.remainingPoints,
        resetS: Math.max(1, Math.ceil(result.msBeforeNext / 1000)),
      };
    },
    /** Takes one back. */
    uncount: (key: string) => limiter.reward(key),
    forget: (key: string) => limiter.delete(key),
  };
}
