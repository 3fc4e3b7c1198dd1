/** What the driver, the system and Postgres (its appendix A) call the errors that we tell apart. */

/**
 * Lost or refused, no name, no way there, shutting down, starting up: it passes when the database
 * is back.
 */
const AWAY = /^(CONNECT|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|08|57P)/;

/** The same from `pg`, graphile-worker's driver, which gives these no code. */
const AWAY_IN_WORDS = /^Connection terminated|is not queryable$/;

export const DatabaseError = {
  uniqueViolation: "23505",
  serializationFailure: "40001",
  deadlock: "40P01",
  tooManyConnections: "53300",
  lockNotAvailable: "55P03",
  queryCanceled: "57014",
  cannotConnectNow: "57P03",
} as const;

export const databaseErrorCode = (error: unknown): string =>
  String((error as { code?: unknown } | null | undefined)?.code ?? "");

/** The database cannot be reached, or does not take statements. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway);
  const code = databaseErrorCode(error);
  return code === "" && error instanceof Error ? AWAY_IN_WORDS.test(error.message) : AWAY.test(code);
}

/** It has no room: too many connections, or no disk or memory (class 53). */
export const isDatabaseFull = (error: unknown): boolean => databaseErrorCode(error).startsWith("53");

export const isDeadlock = (error: unknown): boolean => databaseErrorCode(error) === DatabaseError.deadlock;

/** The statement took longer than it may. */
export const isTimeout = (error: unknown): boolean =>
  databaseErrorCode(error) === DatabaseError.queryCanceled;

/** Another transaction was in the way: the same one anew sees what that one has committed. */
export const isContention = (error: unknown): boolean =>
  isDeadlock(error) || databaseErrorCode(error) === DatabaseError.serializationFailure;

/** @param constraint of that one only */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (databaseErrorCode(error) !== DatabaseError.uniqueViolation) return false;
  return constraint === undefined || (error as { constraint_name?: string }).constraint_name === constraint;
}
