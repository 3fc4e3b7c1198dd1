import { knownMigration, newestMigration } from "@/db/schema-version";
import type { Context } from "@/lib/services/context";

/**
 * Does the database answer, with the tables this version needs? A newer one has them, too:
 * migrations only add.
 */
export async function isReady(ctx: Context): Promise<boolean> {
  try {
    return (await newestMigration(ctx.db.sql)) >= knownMigration;
  } catch {
    return false;
  }
}
