import { log } from "./log";

/** Connection lost or refused, shutting down, starting up: what passes when the database is back. */
const PASSING = /^(CONNECT|ECONN|EPIPE|ETIMEDOUT|08|57P)/;

/**
 * Keeps a process alive through rejections that nobody awaits and that pass by themselves: the driver's own question on a new connection,
 * when the database goes away under it. Any other is a mistake of ours, and ends the process, which is started again.
 */
export function surviveDatabaseLoss(): void {
  process.on("unhandledRejection", (err) => {
    const code = String((err as { code?: unknown } | null)?.code ?? "");
    if (PASSING.test(code)) {
      log.warn({ err }, "a connection to the database was lost");
      return;
    }
    log.fatal({ err }, "unhandled rejection");
    process.exit(1);
  });
}
