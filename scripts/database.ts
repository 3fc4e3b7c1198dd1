import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { isDatabaseAway } from "@/lib/common/database-errors";

const POSTGRES_VERSION_MIN = 150_000;
const PAUSE_MS_MIN = 250;
const PAUSE_MS_MAX = 5_000;

/** @throws an error that says what is wrong: no answer, or a Postgres that is too old */
export async function checkDatabase(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => {} });
  let version: number;
  try {
    const [row] = await sql<
      { version: number }[]
    >`select current_setting('server_version_num')::int as version`;
    version = row!.version;
  } catch (error) {
    const { message, code } = error as { message?: string; code?: string };
    throw new Error(`The database does not answer: ${message || code || "no reason given"}.`, {
      cause: error,
    });
  } finally {
    await sql.end({ timeout: 1 });
  }
  if (version < POSTGRES_VERSION_MIN)
    throw new Error(`DATABASE_URL names a Postgres older than 15 (${version}).`);
}

/**
 * Asks again and again, for at most `msMax`, while the database is only not there yet. @throws as
 * {@link checkDatabase}
 */
export async function waitForDatabase(url: string, msMax: number, say: (why: string) => void): Promise<void> {
  const until = Date.now() + msMax;
  for (let pauseMs = PAUSE_MS_MIN; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MS_MAX)) {
    try {
      return await checkDatabase(url);
    } catch (error) {
      const { message, cause } = error as Error;
      if (!isDatabaseAway(cause) || Date.now() + pauseMs > until) throw error;
      say(message);
      await sleep(pauseMs);
    }
  }
}
