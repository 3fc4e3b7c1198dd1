import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { Sql, TransactionSql } from "postgres";
import { DatabaseError, databaseErrorCode, isContention, isDatabaseAway } from "@/lib/common/database-errors";
import { retry } from "@/lib/common/retry";
import type { Registry } from "./registry";

export type Tx = TransactionSql;

/** What the parts of one engine share. */
export interface Engine {
  sql: Sql;
  registry: Registry;
  log: Logger;
  signingKey: string;
  eventKey: string;
  /** Milliseconds to wait after attempt n (0 for the first) has failed. */
  backoff: (attempt: number) => number;
  /** Aborted when the engine stops waiting for calls in flight. */
  abort: AbortSignal;
  /** True from the moment the engine takes no new work. */
  stopping: boolean;
  /** Tells the alarm that a job falls due in so many milliseconds. */
  dueIn: (ms: number) => void;
}

const clock = {
  now: () => performance.now(),
  sleepUntil: (ms: number, signal?: AbortSignal) =>
    delay(Math.max(0, ms - performance.now()), undefined, { signal }).catch(() => {}),
};

/**
 * Runs a transaction, and again while the database is away or another transaction is in the way: a
 * function has done its work by then, and its answer must not be lost.
 */
export function transact<T>(engine: Engine, work: (tx: Tx) => Promise<T>): Promise<T> {
  let failures = 0;
  return retry(async () => (await engine.sql.begin(work)) as T, {
    isPassing: isTransient,
    pause: {
      clock,
      ms: (count) => Math.min(2_000, 10 * 2 ** count),
      untilMs: Number.POSITIVE_INFINITY,
      stopping: engine.abort,
    },
    onFailure: (error) => {
      failures++;
      if (failures > 2) engine.log.warn({ err: error }, "engine: transaction failed, trying again");
    },
  });
}

/** True of what passes by itself. Every other error is a mistake of ours. */
const isTransient = (error: unknown): boolean =>
  isDatabaseAway(error) ||
  isContention(error) ||
  databaseErrorCode(error) === DatabaseError.tooManyConnections;
