import type { Engine, Tx } from "./engine";
import { valueAt } from "./expression";
import { release } from "./flow-control";
import { type EngineEvent, InternalEvent } from "./protocol";
import { enqueueItems } from "./queue";
import type { RegisteredFunction } from "./registry";
import { ulid } from "./ulid";

const DEDUPLICATION_HOURS = 24;

/**
 * Takes events in: cancels the runs they cancel, then starts the runs they trigger. An id a
 * function has seen within 24 hours starts nothing.
 */
export async function takeEvents(engine: Engine, tx: Tx, events: EngineEvent[]): Promise<void> {
  await cancelMatching(engine, tx, events);
  const starts = new Map<string, { fn: RegisteredFunction; event: EngineEvent }>();
  for (const event of events) {
    for (const fn of engine.registry.functions.values()) {
      const triggered = fn.events.some(
        (trigger) => trigger.name === event.name && trigger.matches({ event }),
      );
      const key = JSON.stringify([fn.id, event.id]);
      if (triggered && !starts.has(key)) starts.set(key, { fn, event });
    }
  }
  await startRuns(engine, tx, [...starts.values()]);
}

/**
 * Creates the runs, each with its first item, and enqueues them; an event with a future ts starts
 * its run then.
 */
export async function startRuns(
  engine: Engine,
  tx: Tx,
  starts: { fn: RegisteredFunction; event: EngineEvent }[],
): Promise<void> {
  if (starts.length === 0) return;
  const wanted = starts.map(({ fn, event }) => ({ function_id: fn.id, event_id: event.id }));
  const fresh = await tx<{ function_id: string; event_id: string }[]>`
    insert into engine.seen_events (function_id, event_id)
    select function_id, event_id
    from json_to_recordset(${JSON.stringify(wanted)}::text::json) as w (function_id text, event_id text)
    order by 1, 2
    on conflict (function_id, event_id) do update set seen_at = now()
      where engine.seen_events.seen_at < now() - ${DEDUPLICATION_HOURS} * interval '1 hour'
    returning function_id, event_id`;
  const freshKeys = new Set(fresh.map((row) => JSON.stringify([row.function_id, row.event_id])));
  const now = Date.now();

  const runs = [];
  const cancels = [];
  for (const { fn, event } of starts) {
    if (!freshKeys.has(JSON.stringify([fn.id, event.id]))) continue;
    const id = ulid();
    const scope = { event };
    runs.push({
      id,
      function_id: fn.id,
      event: JSON.stringify(event),
      keys: fn.concurrency.map((entry, index) => `${fn.id}#${index}#${entry.key(scope)}`),
      limits: fn.concurrency.map((entry) => entry.limit),
      throttle_key: fn.throttle ? `${fn.id}#${fn.throttle.key(scope)}` : null,
      delay: Math.max(0, event.ts - now),
    });
    for (const cancel of fn.cancels) {
      const value = cancel.match ? valueAt(scope, cancel.match.event) : "";
      if (value !== undefined)
        cancels.push({
          run_id: id,
          event: cancel.event,
          path: cancel.match?.async ?? "",
          value: JSON.stringify(value),
        });
    }
  }
  if (runs.length === 0) return;
  const json = JSON.stringify(runs);
  await tx`
    insert into engine.runs (id, function_id, event) select id, function_id, event
    from json_to_recordset(${json}::text::json) as r (id text, function_id text, event text)`;
  const items = await tx<{ id: string; run_id: string }[]>`
    insert into engine.items (run_id, kind, step_id, keys, limits, throttle_key)
    select id, 'discover', 'step', keys, limits, throttle_key
    from json_to_recordset(${json}::text::json) as r (id text, keys text[], limits int[], throttle_key text)
    returning id, run_id`;
  if (cancels.length > 0)
    await tx`insert into engine.cancels (run_id, event, path, value)
      select run_id, event, path, value
      from json_to_recordset(${JSON.stringify(cancels)}::text::json)
        as c (run_id text, event text, path text, value text)`;

  const delays = new Map(runs.map((run) => [run.id, run.delay]));
  await enqueueItems(
    engine,
    tx,
    items.map((item) => item.id),
    items.map((item) => delays.get(item.run_id) ?? 0),
  );
}

async function cancelMatching(engine: Engine, tx: Tx, events: EngineEvent[]): Promise<void> {
  const matches = [];
  for (const event of events) {
    const paths = new Set<string>();
    for (const fn of engine.registry.functions.values())
      for (const cancel of fn.cancels) if (cancel.event === event.name) paths.add(cancel.match?.async ?? "");
    for (const path of paths) {
      const value = path ? valueAt({ async: event }, path) : "";
      if (value !== undefined) matches.push({ event: event.name, path, value: JSON.stringify(value) });
    }
  }
  if (matches.length === 0) return;
  const hits = await tx<{ run_id: string }[]>`
    select distinct c.run_id from engine.cancels c
    join json_to_recordset(${JSON.stringify(matches)}::text::json) as m (event text, path text, value text)
      on c.event = m.event and c.path = m.path and md5(c.value) = md5(m.value) and c.value = m.value`;
  if (hits.length > 0)
    await cancelRuns(
      engine,
      tx,
      hits.map((hit) => hit.run_id),
    );
}

/**
 * Ends these runs. A call in flight goes on, but its answer will be dropped; nothing else of the
 * run is ever called.
 */
async function cancelRuns(engine: Engine, tx: Tx, ids: string[]): Promise<void> {
  const active = await tx<{ id: string; function_id: string; event: string }[]>`
    select id, function_id, event from engine.runs where id = any(${ids}) and status in ('queued', 'running')
    order by id for update`;
  const activeIds = active.map((run) => run.id);
  await tx`update engine.runs set status = 'cancelled', ended_at = now() where id = any(${activeIds})`;
  await tx`delete from engine.cancels where run_id = any(${activeIds})`;
  const dropped = await tx<
    { keys: string[] }[]
  >`delete from engine.items where run_id = any(${activeIds}) and state <> 'running' returning keys`;
  await release(
    engine,
    tx,
    dropped.flatMap((item) => item.keys),
  );
  for (const run of active) {
    engine.log.debug({ run: run.id, function: run.function_id }, "engine: run cancelled");
    const data = {
      function_id: run.function_id,
      run_id: run.id,
      event: JSON.parse(run.event),
      error: { name: "Error", message: "function cancelled" },
    };
    await takeEvents(engine, tx, [{ id: run.id, name: InternalEvent.cancelled, data, ts: Date.now() }]);
  }
}
