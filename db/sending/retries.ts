import type { Sql, Tx } from "@/db/client";
import { raw } from "@/db/sql";

/**
 * Makes due what was put off in the future: the database's clock has stepped back since, or it
 * waits for hours by quiet hours that have changed. Version 0.1.0 did not note when it put
 * something off; it may have done so two hours before it is due.
 */
export async function hastenRetries(sql: Sql): Promise<void> {
  await sql`
    update retries set due_at = clock_now(), waits_since = clock_now(), held_version = null
    where chunk_no is null and due_at > clock_now()
      and (coalesce(waits_since, due_at - interval '2 hours') > clock_now() + interval '5 minutes'
        or held_version <> (select version from quiet_hours))`;
}

/**
 * Ends what waits for another try and will not get one: those messages become `expired` or
 * `cancelled`, and `unknown` where a gateway may have taken one.
 */
export async function dropRetries(tx: Tx, dispatchNo: number, to: "expired" | "cancelled"): Promise<void> {
  const column = raw(tx, to);
  await tx`
    with waiting as materialized (
      select m.id, r.unsure as maybe_sent from lanes l
      join retries r on r.lane_no = l.no join messages m on m.id = r.message_id
      where l.dispatch_no = ${dispatchNo} and m.status = 'deferred'
      order by m.id for update of m
    ),

    changed as (
      update messages m set status = case when w.maybe_sent then 'unknown' else ${to} end,
        settled_at = clock_now()
      from waiting w where m.id = w.id
      returning m.id, m.lane_no, m.status, m.error
    ),

    noted as (
      insert into failures (message_id, lane_no, outcome, code, at)
      select id, lane_no, 'unknown', coalesce(error, 'lost'), clock_now() from changed
        where status = 'unknown'
    ),

    gone as (
      delete from retries r using changed c where r.message_id = c.id
    ),

    sums as materialized (
      select lane_no, count(*) as n, count(*) filter (where status = 'unknown') as unknown
      from changed group by lane_no
    ),

    held as materialized (
      select no from lanes where no in (select lane_no from sums) order by no for update
    )

    update lanes l set deferred = deferred - s.n, unknown = l.unknown + s.unknown,
      ${column} = ${column} + s.n - s.unknown
    from sums s, held h where l.no = h.no and s.lane_no = h.no`;
}
