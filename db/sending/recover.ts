import type { Sql } from "@/db/client";
import { ATTEMPTS_MAX } from "@/lib/domain/retry";
import { noteAttempts } from "./attempts";

/**
 * Takes back chunks whose lease ran out.
 *
 * - `claimed`: nothing was handed over, so its messages are due again.
 * - `started`: its messages may have been sent. They become `unknown`, or due again with the same
 *   id where the operator's gateway is idempotent, unless they test a gateway; the claim of the
 *   retry checks that it is the one that was given them. Such a retry counts as an attempt: a
 *   message that ends every process which hands it over would do so for ever.
 * @param idempotent the names of idempotent gateways, as operators have them
 * @param limit chunks to take back at most
 */
export async function recoverChunks(
  sql: Sql,
  idempotent: string[],
  limit: number,
): Promise<{ dispatchId: string; chunks: number }[]> {
  return sql<{ dispatchId: string; chunks: number }[]>`
    with expired as materialized (
      select k.no, k.lane_no, k.state, k.gateway, k.first_id, k.last_id, k.valid_until, exists (
        select 1
        from lanes l
        join operators o on o.no = l.operator_no
        join dispatches d on d.no = l.dispatch_no
        where l.no = k.lane_no and d.gateway is null and o.gateway = any(${idempotent}::text[])
      ) as idempotent
      from chunks k
      where not k.folded and k.state in ('claimed', 'started')
        and (k.lease_until < clock_now() or k.lease_until > clock_now() + interval '5 minutes')
      order by k.no limit ${limit} for update of k skip locked
    ),

    held as materialized (
      select m.id, e.state, e.gateway, e.valid_until,
        e.state = 'claimed' or e.idempotent and coalesce(r.attempt, 0) + 1 < ${ATTEMPTS_MAX} as again
      from expired e
      join messages m on m.id between e.first_id and e.last_id and m.chunk_no = e.no
      left join retries r on r.message_id = m.id
      where m.status = 'sending' order by m.id for update of m
    ),

    changed as (
      update messages m set status = case when h.again then 'deferred' else 'unknown' end,
        error = case when h.state = 'claimed' then m.error else 'lost' end,
        attempts = m.attempts + (h.state = 'started')::int,
        settled_at = case when h.again then null else clock_now() end
      from held h where m.id = h.id
      returning m.id, m.chunk_no, m.lane_no, m.status, h.gateway, h.state = 'started' as attempted,
        h.valid_until
    ),

    waiting as (
      insert into retries (message_id, lane_no, due_at, attempt, unsure, valid_until)
      select id, lane_no, clock_now(), attempted::int, attempted, case when attempted then valid_until end
      from changed where status = 'deferred'
      on conflict (message_id) do update set
        due_at = excluded.due_at, waits_since = excluded.waits_since,
        attempt = retries.attempt + excluded.attempt, unsure = retries.unsure or excluded.unsure,
        valid_until = coalesce(retries.valid_until, excluded.valid_until), chunk_no = null
    ),

    tried as (${noteAttempts(
      sql,
      sql`select id, gateway, 'lost' as code, clock_now() as at
        from changed where status = 'deferred' and attempted`,
    )}),

    cleared as (
      delete from retries r using changed c where r.message_id = c.id and c.status = 'unknown'
    ),

    noted as (
      insert into failures (message_id, lane_no, outcome, code, at)
      select id, lane_no, 'unknown', 'lost', clock_now() from changed where status = 'unknown'
    ),

    sums as (
      select e.no, count(c.id) filter (where c.status = 'deferred') as deferred,
        count(c.id) filter (where c.status = 'unknown') as unknown
      from expired e left join changed c on c.chunk_no = e.no group by e.no
    ),

    closed as (
      update chunks k set state = case when k.state = 'claimed' then 'released' else 'settled' end,
        token = null, settled_at = clock_now(), sending = k.sending - s.deferred - s.unknown,
        deferred = k.deferred + s.deferred, unknown = k.unknown + s.unknown
      from sums s where k.no = s.no returning k.lane_no
    )

    select d.id as "dispatchId", count(*)::int as chunks
    from closed c join lanes l on l.no = c.lane_no join dispatches d on d.no = l.dispatch_no
    group by d.id`;
}
