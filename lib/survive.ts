import { isDatabaseAway } from "@/lib/common/database-errors";
import { log } from "./log";

/**
 * Keeps a process alive through rejections that nobody awaits and that pass by themselves: the
 * driver's own question on a new connection, when the database goes away under it. Any other is a
 * mistake of ours, and ends the process, which is started again.
 */
export function surviveDatabaseLoss(): void {
  process.on("unhandledRejection", (err) => {
    if (isDatabaseAway(err)) {
      log.warn({ err }, "a connection to the database was lost");
      return;
    }
    log.fatal({ err }, "unhandled rejection");
    process.exit(1);
  });
}
