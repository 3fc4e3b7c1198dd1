import type { Engine, Tx } from "./engine";
import { enqueueItems, enqueueKeyed, Task } from "./queue";
import type { RegisteredFunction } from "./registry";

// Concurrency counts the calls being made (items 'running', or 'reserved' for the next in line) for
// each key. All decisions about a key are taken under its advisory lock, so a limit holds whatever
// happens at once.

interface Places {
  keys: string[];
  limits: number[];
}

/**
 * Takes a place under every key, or returns false and leaves the item 'waiting' to be promoted by
 * release().
 */
export async function acquire(tx: Tx, item: { id: string; state: string } & Places): Promise<boolean> {
  if (item.keys.length > 0 && item.state !== "reserved") {
    await lockKeys(tx, item.keys);
    const [full] = await tx`
      select 1 from unnest(${item.keys}::text[], ${item.limits}::int[]) as place (key, max)
      where (select count(*) from engine.items r
        where r.keys @> array[place.key] and r.state in ('running', 'reserved')) >= place.max`;
    if (full) {
      await tx`update engine.items set state = 'waiting', epoch = epoch + 1 where id = ${item.id}`;
      return false;
    }
  }
  await tx`update engine.items set state = 'running' where id = ${item.id}`;
  return true;
}

/**
 * Gives freed places to the items that have waited longest. Call after the items that held them are
 * gone or no longer running.
 */
export async function release(engine: Engine, tx: Tx, keys: string[]): Promise<void> {
  if (keys.length === 0) return;
  await lockKeys(tx, keys);
  for (;;) {
    const [next] = await tx<{ id: string; keys: string[] }[]>`
      select w.id, w.keys from engine.items w
      where w.state = 'waiting' and w.keys && ${keys}::text[]
        and not exists (select 1 from unnest(w.keys, w.limits) as place (key, max)
          where (select count(*) from engine.items r
            where r.keys @> array[place.key] and r.state in ('running', 'reserved')) >= place.max)
      order by w.id limit 1 for update of w skip locked`;
    if (!next) return;
    // Under a second key others may have decided meanwhile: hold that key too and look again.
    const others = next.keys.filter((key) => !keys.includes(key));
    if (others.length > 0) {
      await lockKeys(tx, others);
      keys = [...keys, ...others];
      continue;
    }
    await tx`update engine.items set state = 'reserved', epoch = epoch + 1 where id = ${next.id}`;
    await enqueueItems(engine, tx, [next.id]);
  }
}

async function lockKeys(tx: Tx, keys: string[]): Promise<void> {
  for (const key of [...new Set(keys)].sort())
    await tx`select pg_advisory_xact_lock(hashtextextended(${key}, 1))`;
}

type Throttle = NonNullable<RegisteredFunction["throttle"]>;

/**
 * GCRA, as a real server: at most limit + burst − 1 starts at once, then one every period / limit.
 * Starts beyond that queue in order of arrival; the row of the key is locked by the caller's
 * transaction.
 */
export async function admitStart(
  engine: Engine,
  tx: Tx,
  item: { id: string; throttleKey: string },
  fn: RegisteredFunction,
): Promise<boolean> {
  const throttle = fn.throttle!;
  const state = await lockThrottle(tx, item.throttleKey);
  const [ahead] = await tx`
      select 1 from engine.items where throttle_key = ${item.throttleKey} and state = 'throttled' limit 1`;
  const admitted = !ahead && admit(state, throttle);
  if (admitted) {
    await saveThrottle(tx, item.throttleKey, state);
    await tx`update engine.items set throttle_key = null where id = ${item.id}`;
    return true;
  }
  await tx`update engine.items set state = 'throttled', epoch = epoch + 1 where id = ${item.id}`;
  await scheduleAdmission(engine, tx, fn.id, item.throttleKey, state, throttle);
  return false;
}

/** Admits the starts that are due under one throttle key and schedules the next admission. */
export async function admitThrottled(
  engine: Engine,
  tx: Tx,
  payload: { fn: string; key: string },
): Promise<void> {
  const state = await lockThrottle(tx, payload.key);
  const throttle = engine.registry.functions.get(payload.fn)?.throttle;
  const queue = await tx<{ id: string }[]>`
    select id from engine.items where throttle_key = ${payload.key} and state = 'throttled' order by id
    limit 500 for update skip locked`;
  const admitted: string[] = [];
  for (const item of queue) {
    // A function that lost its throttle in a new registration lets everybody in.
    if (throttle && !admit(state, throttle)) break;
    admitted.push(item.id);
  }
  await tx`
    update engine.items set state = 'queued', epoch = epoch + 1, throttle_key = null
    where id = any(${admitted}::bigint[])`;
  await enqueueItems(engine, tx, admitted);
  await saveThrottle(tx, payload.key, state);
  if (queue.length > admitted.length || queue.length === 500)
    await scheduleAdmission(engine, tx, payload.fn, payload.key, state, throttle);
}

/** tat is the theoretical arrival time of GCRA; both are milliseconds on the database's clock. */
interface ThrottleState {
  tat: number;
  now: number;
}

function admit(state: ThrottleState, throttle: Throttle): boolean {
  const interval = throttle.periodMs / throttle.limit;
  const tolerance = interval * (throttle.limit + throttle.burst - 2);
  // Half a millisecond forgives the rounding of timestamps, so that a start scheduled for its
  // moment is not refused at it.
  if (state.tat - state.now > tolerance + 0.5) return false;
  state.tat = Math.max(state.tat, state.now) + interval;
  return true;
}

async function lockThrottle(tx: Tx, key: string): Promise<ThrottleState> {
  await tx`insert into engine.throttles (key, tat) values (${key}, now()) on conflict do nothing`;
  const [row] = await tx<ThrottleState[]>`
    select extract(epoch from tat)::float8 * 1000 as tat,
      extract(epoch from clock_timestamp())::float8 * 1000 as now
    from engine.throttles where key = ${key} for update`;
  return row!;
}

async function saveThrottle(tx: Tx, key: string, state: ThrottleState): Promise<void> {
  await tx`update engine.throttles set tat = to_timestamp(${state.tat / 1000}::float8) where key = ${key}`;
}

async function scheduleAdmission(
  engine: Engine,
  tx: Tx,
  fn: string,
  key: string,
  state: ThrottleState,
  throttle?: Throttle,
): Promise<void> {
  const tolerance = throttle
    ? (throttle.periodMs / throttle.limit) * (throttle.limit + throttle.burst - 2)
    : 0;
  const at = throttle ? Math.max(state.now, state.tat - tolerance) : state.now;
  await enqueueKeyed(engine, tx, Task.throttle, { fn, key }, `throttle:${key}`, new Date(Math.ceil(at)));
}
