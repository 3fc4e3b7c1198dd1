import type { Sql } from "./client";

/**
 * Counts one attempt in a window that begins with the first. One statement: attempts made at once are all counted.
 * @param windowS seconds
 * @returns attempts in this window, this one included, and the seconds until it ends
 */
export async function countAttempt(sql: Sql, key: string, windowS: number): Promise<{ count: number; leftS: number }> {
  const [row] = await sql<{ count: number; leftS: number }[]>`
    with clock as (select (extract(epoch from clock_now()) * 1000)::bigint as ms)
    insert into rate_limits as r (key, count, last_request) select ${key}, 1, ms from clock
    on conflict (key) do update set
      count = case when r.last_request <= excluded.last_request - ${windowS * 1000}::bigint then 1 else r.count + 1 end,
      last_request = case when r.last_request <= excluded.last_request - ${windowS * 1000}::bigint then excluded.last_request else r.last_request end
    returning count, ceil((last_request + ${windowS * 1000}::bigint - (select ms from clock)) / 1000.0)::int as "leftS"`;
  return row!;
}

export async function forgetAttempts(sql: Sql, key: string): Promise<void> {
  await sql`delete from rate_limits where key = ${key}`;
}
