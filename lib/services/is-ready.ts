import { lastMigration } from "@/db/migrate";
import journal from "@/db/migrations/meta/_journal.json";
import type { Context } from "./context";

/** Does the database answer, with the tables this version needs? */
export async function isReady(ctx: Context): Promise<boolean> {
  try {
    return (await lastMigration(ctx.db.sql)) >= journal.entries.at(-1)!.when;
  } catch {
    return false;
  }
}
