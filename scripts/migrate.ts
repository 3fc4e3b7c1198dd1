import { migrateDatabase } from "@/db/migrate";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { waitForDatabase } from "./database";

/**
 * `carillon migrate`: what `npm start` does by itself, as a step of its own before any number of
 * web and worker processes.
 */
const WAIT_MS_MAX = 300_000;

const { DATABASE_URL, MIGRATION_DATABASE_URL: url = DATABASE_URL } = env();
await waitForDatabase(url, WAIT_MS_MAX, (why) => log.warn(why));
await migrateDatabase(url, { say: (what) => log.warn(what) });
log.info("the database is up to date");
