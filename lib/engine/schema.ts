import type { Sql } from "postgres";

/** The schema graphile-worker keeps its jobs in. Our own rows live beside it in `engine`. */
export const JOB_SCHEMA = "graphile_worker";

/**
 * Creates the engine's tables when they are missing. Safe to run at every start.
 *
 * JSON is kept as text: `jsonb` refuses NUL characters and lone surrogates that step outputs may
 * carry, and the engine never looks inside.
 */
export async function createSchema(sql: Sql): Promise<void> {
  await sql.unsafe(`
    set client_min_messages = warning;
    create schema if not exists engine;

    create table if not exists engine.functions (
      id text primary key,
      app text not null,
      config text not null,
      updated_at timestamptz not null default now()
    );

    -- One row for each execution of a function. Its queue is engine.items, its memory engine.steps.
    create table if not exists engine.runs (
      id text primary key,
      function_id text not null,
      status text not null default 'queued'
        check (status in ('queued', 'running', 'completed', 'failed', 'cancelled')),
      event text not null,
      pending text[] not null default '{}',
      request_version int not null default -1,
      output text,
      created_at timestamptz not null default now(),
      started_at timestamptz,
      ended_at timestamptz
    );
    create index if not exists runs_ended on engine.runs (ended_at) where ended_at is not null;

    create table if not exists engine.steps (
      run_id text not null references engine.runs on delete cascade,
      step_id text not null,
      seq bigint generated always as identity,
      output text not null,
      primary key (run_id, step_id)
    );

    -- One row for each call (or sleep) that a run is waiting for or making. 'discover' asks the
    -- function what comes next. epoch ties a graphile job to the state of the row: a job with an
    -- older epoch has nothing left to do.
    create table if not exists engine.items (
      id bigint generated always as identity primary key,
      run_id text not null references engine.runs on delete cascade,
      kind text not null check (kind in ('discover', 'step', 'sleep')),
      step_id text not null,
      state text not null default 'queued'
        check (state in ('queued', 'throttled', 'waiting', 'reserved', 'running')),
      epoch int not null default 0,
      attempt int not null default 0,
      unreachable int not null default 0,
      race boolean not null default false,
      again boolean not null default false,
      keys text[] not null default '{}',
      limits int[] not null default '{}',
      throttle_key text,
      unique (run_id, step_id)
    );
    create index if not exists items_keys on engine.items using gin (keys);
    create index if not exists items_throttled on engine.items (throttle_key, id) where state = 'throttled';

    create table if not exists engine.throttles (
      key text primary key,
      tat timestamptz not null
    );

    -- What cancels an active run: an event of this name whose value at path (JSON text) equals
    -- value. Path '' matches every such event.
    create table if not exists engine.cancels (
      run_id text not null references engine.runs on delete cascade,
      event text not null,
      path text not null,
      value text not null
    );
    create index if not exists cancels_match on engine.cancels (event, path, md5(value));
    create index if not exists cancels_run on engine.cancels (run_id);

    -- Events each function has already been started by: the 24-hour idempotency of event ids.
    create table if not exists engine.seen_events (
      function_id text not null,
      event_id text not null,
      seen_at timestamptz not null default now(),
      primary key (function_id, event_id)
    );
    create index if not exists seen_events_age on engine.seen_events (seen_at);

    create table if not exists engine.crons (
      function_id text not null,
      expression text not null,
      next_at timestamptz not null,
      primary key (function_id, expression)
    );
  `);
}
