import { once, setMaxListeners } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { Logger as GraphileLogger, type Runner, run, runMigrations } from "graphile-worker";
import { Pool } from "pg";
import type { Logger } from "pino";
import postgres, { type Sql } from "postgres";
import { type CronJob, fireCron } from "./cron";
import { parseCron } from "./cron-expression";
import { type Engine, transact } from "./engine";
import { admitThrottled } from "./flow-control";
import { prune } from "./prune";
import { Alarm, recover, Task } from "./queue";
import { loadRegistry } from "./registry";
import { runItem } from "./run";
import { createSchema, JOB_SCHEMA } from "./schema";
import { createServer } from "./server";
import { assertSigningKey } from "./signature";

/**
 * The embedded engine: it speaks the open Inngest SDK protocol over signed HTTP, for one machine,
 * and is durable in Postgres. It knows nothing of what its functions do.
 *
 * Parts. `server.ts` takes events and registrations; `registry.ts` keeps what a function asked for,
 * and refuses by name what the engine does not do. `intake.ts` turns events into runs, `cron.ts`
 * time. `run.ts` and `call.ts` call functions, `ops.ts` reads what they plan, `flow-control.ts`
 * limits them.
 *
 * Rows. A run is one execution of a function, an item one call (or sleep) that the run makes or
 * waits for, a step one result. Two of them have states:
 *
 *   run    queued ─► running ─► completed | failed        any ─► cancelled
 *   item   queued ─► running ─► gone, or queued again
 *            ├─► throttled ─► queued      too many starts of its key
 *            └─► waiting ─► reserved      too many calls of its key; release() promotes the oldest
 *
 * Algorithm. A run begins with a `discover` item. The engine calls the function with the steps that
 * are done; the answer is the run's result, or steps to make. Each step becomes an item; its result
 * is written down before anything goes on, and then the function is called again.
 *
 * Jobs. graphile-worker has one job for each item that is due. A job is only a reason to look at
 * the row: it carries the item's `epoch`, and a job of an older epoch does nothing. So jobs may
 * come twice, late or for nothing. `Alarm` wakes graphile-worker in the moment a job falls due.
 *
 * Failures. Nobody listens: the call is made again soon, and costs no attempt. A wrong or missing
 * answer: again after a pause, until the attempts are used up. The engine dies: its successor frees
 * what it held (`recover`) and makes interrupted calls again, so a function may run twice. The
 * database goes away: transactions are repeated until it is back, and jobs that were handed out on
 * a lost connection are handed out again. A second engine: an advisory lock
 * lets one work; the other waits, and one that lost the lock for good stops.
 */
export interface EngineOptions {
  databaseUrl: string;
  host: string;
  /** 0 picks a free port. */
  port: number;
  eventKey: string;
  /** `signkey-<env>-<hex>`; signs calls and answers and authenticates registrations. */
  signingKey: string;
  logger: Logger;
  /** Function calls in flight at once (they only await HTTP). */
  concurrency?: number;
  /**
   * Milliseconds to wait after attempt n (0 for the first) has failed. By default the table of a
   * real server, with its jitter.
   */
  backoff?: (attempt: number) => number;
  /**
   * How long stop() waits for calls in flight, in milliseconds. What is cut off is called again at
   * the next start.
   */
  drainMs?: number;
  /**
   * Called when the database was away and another engine has taken it over: this one should be
   * stopped.
   */
  onDisplaced?: () => void;
  /**
   * Accept a sixth cron field in front for seconds. A real server does not: for tests that cannot
   * wait for a minute.
   */
  cronSeconds?: boolean;
}

export interface RunningEngine {
  /** The base URL for SDKs (`INNGEST_BASE_URL`). */
  url: string;
  stop(): Promise<void>;
}

const BACKOFF_SECONDS = [15, 30, 60, 120, 300, 600, 1_200, 2_400, 3_600, 7_200];
const BACKOFF_JITTER_MS = 30_000;
const DEFAULT_CONCURRENCY = 256;
const DEFAULT_DRAIN_MS = 10_000;
const PRUNE_EVERY_MS = 10 * 60_000;
/** Seconds until the next try to connect to a database that is away. */
const reconnectS = (tries: number) => Math.min(1, 0.05 * 2 ** tries);
/**
 * Two engines on one database would fight over each other's jobs; the second waits for the first to
 * go.
 */
const ENGINE_LOCK = 0x696e6e67;
const REGAIN_MS = 250;
const REGAIN_TRIES = 40;

/**
 * Starts an engine for one machine that speaks the Inngest SDK wire protocol, durable in this
 * database. Waits while another engine (or the connection of one that was killed) still holds the
 * database.
 */
export async function startEngine(options: EngineOptions): Promise<RunningEngine> {
  const { databaseUrl, logger: log, cronSeconds = false } = options;
  assertSigningKey(options.signingKey);
  let holding = false;
  const lock = postgres(databaseUrl, {
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    backoff: reconnectS,
    onnotice: () => {},
    onclose: () => {
      // The lock went with its connection.
      if (holding && !engine.stopping) void regain();
    },
  });
  const regain = async () => {
    holding = false;
    holding = await regainLock(lock, () => engine.stopping);
    if (holding || engine.stopping) return;
    log.error("engine: another engine has taken this database over");
    options.onDisplaced?.();
  };
  await holdLock(lock, log);

  const sql = postgres(databaseUrl, { max: 10, backoff: reconnectS, onnotice: () => {} });
  const aborter = new AbortController();
  // Every call in flight listens for the stop.
  setMaxListeners(0, aborter.signal);
  const alarm = new Alarm(sql);
  const pool = openPool(databaseUrl, log, () => alarm.connectionLost());
  const graphile = {
    pgPool: pool,
    schema: JOB_SCHEMA,
    logger: graphileLogger(log),
    noHandleSignals: true,
  };
  await createSchema(sql);
  await runMigrations(graphile);
  const engine: Engine = {
    sql,
    registry: await loadRegistry(sql, (expression) => parseCron(expression, cronSeconds)),
    log,
    signingKey: options.signingKey,
    eventKey: options.eventKey,
    backoff: options.backoff ?? defaultBackoff,
    abort: aborter.signal,
    stopping: false,
    dueIn: (ms) => alarm.dueIn(ms),
  };
  holding = true;
  await recover(engine);

  const runner: Runner = await run({
    ...graphile,
    concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
    // The alarm wakes the workers when a job falls due, so their own looking around can be rare.
    pollInterval: 60_000,
    gracefulShutdownAbortTimeout: options.drainMs ?? DEFAULT_DRAIN_MS,
    taskList: {
      [Task.call]: (payload) => runItem(engine, payload as { item: string; epoch: number }),
      [Task.throttle]: (payload) =>
        transact(engine, (tx) => admitThrottled(engine, tx, payload as { fn: string; key: string })),
      [Task.cron]: (payload) =>
        transact(engine, (tx) => fireCron(engine, tx, payload as CronJob, cronSeconds)),
    },
  });
  alarm.dueIn(0);
  const pruning = setInterval(() => void prune(engine), PRUNE_EVERY_MS);
  const server = createServer(engine, cronSeconds);
  server.listen(options.port, options.host);
  await once(server, "listening");

  let stopped: Promise<void> | undefined;
  const stop = async () => {
    engine.stopping = true;
    clearInterval(pruning);
    alarm.stop();
    server.close();
    const cutOff = setTimeout(() => aborter.abort(), options.drainMs ?? DEFAULT_DRAIN_MS);
    await runner.stop();
    clearTimeout(cutOff);
    aborter.abort();
    server.closeAllConnections();
    // One that graphile-worker has not given back is not waited for.
    await Promise.race([pool.end(), delay(2_000, undefined, { ref: false })]);
    await sql.end({ timeout: 2 });
    await lock.end({ timeout: 2 });
  };
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${port}`,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** Takes the engine's advisory lock, which its connection holds for as long as the engine lives. */
async function holdLock(lock: Sql, log: Logger): Promise<void> {
  for (let tries = 0; ; tries++) {
    const [row] = await lock<{ held: boolean }[]>`select pg_try_advisory_lock(${ENGINE_LOCK}) as held`;
    if (row?.held) return;
    if (tries === 20) log.warn("engine: another engine holds this database, waiting for it to go");
    await delay(50);
  }
}

/**
 * Takes the lock again after its connection was lost. @returns false when somebody else keeps it,
 * or the engine stops
 */
async function regainLock(lock: Sql, isStopping: () => boolean): Promise<boolean> {
  for (let refusals = 0; refusals < REGAIN_TRIES && !isStopping(); ) {
    try {
      const [row] = await lock<{ held: boolean }[]>`select pg_try_advisory_lock(${ENGINE_LOCK}) as held`;
      if (row?.held) return true;
      // It may be our own former connection, which the server has not noticed to be gone.
      refusals++;
    } catch {
      // The database is away; so is whoever else could hold it.
    }
    await delay(REGAIN_MS);
  }
  return false;
}

function defaultBackoff(attempt: number): number {
  return (
    BACKOFF_SECONDS[Math.min(attempt, BACKOFF_SECONDS.length - 1)]! * 1_000 +
    Math.random() * BACKOFF_JITTER_MS
  );
}

/**
 * graphile-worker's connections. A pool that it opens itself outlives its own listeners: a database
 * that goes away while the engine stops would then end the whole process.
 */
function openPool(connectionString: string, log: Logger, onLost: () => void): Pool {
  const pool = new Pool({ connectionString, max: 10 });
  const tell = (error: Error) => {
    log.warn({ err: error }, "engine: a connection to the database was lost");
    onLost();
  };
  pool.on("error", tell);
  pool.on("connect", (client) => client.on("error", tell));
  return pool;
}

/** graphile-worker is chatty at info; its errors and warnings are worth a line. */
function graphileLogger(log: Logger): GraphileLogger {
  return new GraphileLogger(() => (level, message, meta) => {
    // Calls wait for HTTP, not for a connection: fewer connections than calls are meant.
    if (message.includes("maxPoolSize")) return;
    if (level === "error" || level === "warning")
      log[level === "error" ? "error" : "warn"]({ graphile: meta?.error ?? undefined }, `engine: ${message}`);
    else log.trace(`engine: ${message}`);
  });
}
