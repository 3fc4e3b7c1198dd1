import type { Engine } from "./engine";

const BATCH = 5_000;

/**
 * Forgets runs that ended more than a day ago, event ids older than their 24 hours, and idle
 * throttles; a bounded number each time.
 */
export async function prune(engine: Engine): Promise<void> {
  try {
    await engine.sql`
      delete from engine.runs where id in (
        select id from engine.runs where ended_at < now() - interval '1 day' order by ended_at limit ${BATCH}
      )`;
    await engine.sql`
      delete from engine.seen_events where (function_id, event_id) in
        (select function_id, event_id from engine.seen_events where seen_at < now() - interval '24 hours'
          limit ${BATCH * 4})`;
    await engine.sql`delete from engine.throttles where tat < now() - interval '1 day'`;
  } catch (error) {
    engine.log.warn({ err: error }, "engine: pruning failed, will be tried again");
  }
}
