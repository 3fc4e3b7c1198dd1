import type { Sql } from "@/db/client";
import { counterSql } from "@/db/sending/counters";
import { raw } from "@/db/sql";
import type { MessageStatus } from "@/lib/domain/lifecycle";

export interface OperatorCounts {
  operator: string;
  gateway: string;
  /** Segments a second; null: no limit. */
  rate: number | null;
  counters: Record<MessageStatus, number>;
}

/** What has become of all messages, by operator: sums of counters, never a count of messages. */
export function countByOperator(sql: Sql): Promise<OperatorCounts[]> {
  return sql<OperatorCounts[]>`
    with parts as (
      select l.operator_no, ${raw(sql, counterSql.namesOf("l"))} from lanes l
      union all
      select l.operator_no, ${raw(sql, counterSql.namesOf("k"))}
      from chunks k join lanes l on l.no = k.lane_no where not k.folded
    ),

    sums as (select operator_no, ${raw(sql, counterSql.sums)} from parts group by 1)
    select o.code as operator, o.gateway, o.rate::float8 as rate,
      jsonb_build_object(${raw(sql, counterSql.pairs("s"))}) as counters
    from operators o join sums s on s.operator_no = o.no order by o.code`;
}

export interface WholeFigures {
  /** By state. */
  dispatches: Record<string, number>;
  /**
   * The longest of the last hour from when a dispatch could have started until it did; null: none
   * started.
   */
  startLagS: number | null;
  /** Nobody's turn, open and not waiting for anything. */
  lanesIdle: number;
  lanesWaiting: number;
  lanesWorking: number;
  /** People who were never claimed because the window or the dispatch ended. */
  unclaimedExpired: number;
  unclaimedCancelled: number;
  /** An estimate of Postgres's. */
  idempotencyKeys: number;
  importsRunning: number;
}

export async function readWholeFigures(sql: Sql): Promise<WholeFigures> {
  const [row] = await sql<WholeFigures[]>`
    select (
        select coalesce(jsonb_object_agg(status, n), '{}')
        from (select status, count(*) as n from dispatches where deleted_at is null group by 1) s
      ) as dispatches,
      (select extract(epoch from max(started_at - greatest(start_at, created_at)))::float8 from dispatches
        where started_at > clock_now() - interval '1 hour') as "startLagS",
      ln.*, (select coalesce(sum(unclaimed_expired), 0)::float8 from dispatches) as "unclaimedExpired",
      (select coalesce(sum(unclaimed_cancelled), 0)::float8 from dispatches) as "unclaimedCancelled",
      (select greatest(reltuples, 0)::float8 from pg_class
        where oid = 'idempotency_keys'::regclass) as "idempotencyKeys",
      (select count(*)::float8 from imports where status = 'running') as "importsRunning"
    from (
      select count(*) filter (where l.turn_until > clock_now())::float8 as "lanesWorking",
        count(*) filter (where l.turn_until is null and l.wait_until > clock_now())::float8 as "lanesWaiting",
        count(*) filter (
          where not coalesce(l.turn_until > clock_now(), false)
            and not coalesce(l.wait_until > clock_now(), false)
        )::float8 as "lanesIdle"
      from lanes l join dispatches d on d.no = l.dispatch_no and d.status = 'running'
      where l.open and not l.drained
    ) ln`;
  return row!;
}

export interface Connections {
  application: string;
  state: string;
  count: number;
}

/** Connections to this database, of all processes: how full their pools are. */
export function countConnections(sql: Sql): Promise<Connections[]> {
  return sql<Connections[]>`
    select application_name as application, coalesce(state, 'unknown') as state, count(*)::float8 as count
    from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
    group by 1, 2`;
}
