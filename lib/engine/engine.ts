import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { Sql, TransactionSql } from "postgres";
import { DatabaseError, databaseErrorCode, isContention, isDatabaseAway } from "@/lib/common/database-errors";
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

/**
 * Runs a transaction, again and again while the database is away or another transaction is in the
 * way: an answer of a function that has already done its work must not be lost for that.
 */
export async function transact<T>(engine: Engine, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return (await engine.sql.begin(work)) as T;
    } catch (error) {
      if (!isTransient(error) || engine.abort.aborted) throw error;
      const ms = Math.min(2_000, 20 * 2 ** failures);
      if (failures > 1)
        engine.log.warn({ err: error, retryInMs: ms }, "engine: transaction failed, trying again");
      await delay(ms, undefined, { signal: engine.abort }).catch(() => {});
    }
  }
}

/**
 * It passes when the database is back or another transaction is done. Everything else is a mistake
 * of ours.
 */
const isTransient = (error: unknown): boolean =>
  isDatabaseAway(error) ||
  isContention(error) ||
  databaseErrorCode(error) === DatabaseError.tooManyConnections;
