import { knownMigration } from "@/db/schema-version";
import { log } from "@/lib/log";
import { VERSION } from "@/lib/version";

/**
 * Knows whether a newer version has migrated the database. That version may write what this process
 * does not understand, so this process claims nothing any more. Each claim and each heartbeat
 * reports what it sees. One a process.
 */
export class SchemaGuard {
  private hasTold = false;

  /**
   * @param known the newest migration that this process works with, in milliseconds; null: it works
   *   with any
   * @param onOutdated is called whenever a newer one is seen
   */
  constructor(
    readonly known: number | null = knownMigration,
    private onOutdated: () => void = () => {},
  ) {}

  /** @param newest the newest migration that the database has */
  isOutdated(newest: number): boolean {
    if (this.known === null || newest <= this.known) return false;
    if (!this.hasTold) {
      this.hasTold = true;
      const schema = { known: new Date(this.known), newest: new Date(newest) };
      log.error(
        { version: VERSION, ...schema },
        "this version is older than the database's schema and claims nothing (docs/operations.md, Upgrade)",
      );
    }
    this.onOutdated();
    return true;
  }
}
