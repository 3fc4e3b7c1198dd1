import type { Sql, Tx } from "@/db/client";

/** More of a message are not kept: a gateway that is away is tried every minute. */
const KEPT_MAX = 20;

/**
 * Notes hand-overs that did not settle their message: another one is to follow.
 * @param made a query of `id` (of a message), `gateway`, `code` and `at`, one row a message
 */
export const noteAttempts = (sql: Sql | Tx, made: ReturnType<Sql>) => sql`
  insert into attempts (message_id, no, gateway, code, at)
  select n.* from (
    select t.id, (select coalesce(max(no), 0) + 1 from attempts a where a.message_id = t.id) as no,
      t.gateway, t.code, t.at
    from (${made}) t
  ) n where n.no <= ${KEPT_MAX}
  on conflict do nothing`;
