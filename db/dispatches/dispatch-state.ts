import type { Sql, Tx } from "@/db/client";
import { type DueDelivery, deliveryPayload } from "@/db/webhooks/webhooks";
import { type DispatchStatus, dispatchStatusesBefore } from "@/lib/domain/lifecycle";

/**
 * Moves a dispatch from state to state: one guarded UPDATE; no row means that the state forbids it.
 * The same statement writes the deliveries that tell of the move, so webhooks miss none.
 */
export async function moveDispatch(
  tx: Tx,
  id: string,
  to: DispatchStatus,
  only: DispatchStatus[] = dispatchStatusesBefore(to),
): Promise<{ no: number; version: number; deliveries: DueDelivery[] } | undefined> {
  const data = tx`jsonb_build_object('id', m.id, 'status', ${to}::text, 'previous_status', m.was)`;
  const [row] = await tx<{ no: number; version: number; deliveries: DueDelivery[] }[]>`
    with before as materialized (
      select no, status from dispatches
      where id = ${id}::uuid and status = any(${only}::text[]) and deleted_at is null for update
    ),

    moved as (
      update dispatches d set status = ${to}, updated_at = clock_now(),
        started_at = case when ${to} = 'running' then coalesce(started_at, clock_now()) else started_at end,
        finished_at = case when ${to} in ('cancelled', 'expired', 'completed') then clock_now()
          when ${to} = 'running' then null else finished_at end
      from before b where d.no = b.no
      returning d.no, d.id, d.version, b.status as was
    ),

    told as (
      insert into webhook_deliveries (webhook_no, type, payload, next_attempt_at)
      select w.no, e.type, ${deliveryPayload(tx, tx`e.type`, data)}, clock_now()
      from moved m
      cross join lateral (select 'dispatch.' || case when ${to} <> 'running' then ${to}
        when m.was = 'scheduled' then 'opened'
        when m.was = 'paused' then 'resumed' else 'reopened' end as type) e
      join webhooks w on w.enabled and e.type = any(w.events)
      returning id, webhook_no
    )

    select no, version, (
      select coalesce(jsonb_agg(jsonb_build_object('id', id, 'webhook', webhook_no)), '[]') from told
    ) as deliveries
    from moved`;
  return row;
}

export interface DispatchState {
  no: number;
  status: DispatchStatus;
  version: number;
  startMs: number;
  endMs: number;
  nowMs: number;
}

/**
 * The dispatch's state and the database's clock.
 * @param lock no other transaction changes the state until this one ends
 */
export async function readDispatchState(
  tx: Tx | Sql,
  id: string,
  lock = false,
): Promise<DispatchState | undefined> {
  const [row] = await tx<DispatchState[]>`
    with dispatch as materialized (
      select no, status, version, start_at, end_at from dispatches
      where id = ${id}::uuid and deleted_at is null ${lock ? tx`for update` : tx``}
    )

    select no, status, version, extract(epoch from start_at)::float8 * 1000 as "startMs",
      extract(epoch from end_at)::float8 * 1000 as "endMs",
      extract(epoch from clock_now())::float8 * 1000 as "nowMs"
    from dispatch`;
  return row;
}
