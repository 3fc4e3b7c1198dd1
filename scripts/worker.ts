import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "inngest/node";
import { knownMigration, newestMigration } from "@/db/schema-version";
import { within } from "@/lib/common/within";
import { type RunningEngine, startEngine } from "@/lib/engine";
import { sign } from "@/lib/engine/signature";
import { env, originOf, ownNames } from "@/lib/env";
import { apiHealth, engineHealth } from "@/lib/http/health";
import { createLimitedServer, servedMethods } from "@/lib/http/limited-server";
import { createHostCheck } from "@/lib/http/security";
import { announce } from "@/lib/inngest/announce";
import { inngest } from "@/lib/inngest/client";
import { createFunctions } from "@/lib/inngest/functions";
import { SERVE_PATH, servedAt } from "@/lib/inngest/serve";
import { log, logConsole } from "@/lib/log";
import { METRICS_TYPE } from "@/lib/metrics";
import { createHealthSampler } from "@/lib/services/health/sample-health";
import { openSendingContext } from "@/lib/services/sending/open-sending-context";
import { stopAtStart } from "@/lib/services/sending/stop-at-start";
import { sweep } from "@/lib/services/sending/sweep";
import { measureGateways, workerMetricsText } from "@/lib/services/sending/worker-metrics";
import { openPost } from "@/lib/services/webhooks/deliver-webhook";
import { surviveDatabaseLoss } from "@/lib/survive";

/**
 * The process that sends: the functions behind the Inngest SDK's `serve` on loopback, the embedded
 * engine unless a real server is named, and a timer that sweeps when the engine does not. SIGTERM:
 * nothing new is claimed, what is in flight is settled, then it ends.
 */
const TURN_MS = 30_000;
const WATCH_MS = 5_000;
/** The cron sweeps every minute; a sweep older than this means that the engine does not. */
const SWEEP_AGE_MS_MAX = 75_000;
/** After a start the turns that a killed process held run out one by one: look more often. */
const RECOVERY_MS = 30_000;
const RECOVERY_SWEEP_AGE_MS = 10_000;
const REGISTER_MS_MAX = 30_000;
const REGISTER_ANSWER_MS_MAX = 10_000;
/**
 * An engine that has not answered by then is away, and must not keep the sweep from ending windows
 * and taking chunks back.
 */
const ENGINE_AWAY_MS = 10_000;

surviveDatabaseLoss();
if (!process.argv.includes("--dev")) logConsole();
const settings = env();
const stopping = new AbortController();
// Every chunk in flight listens for the stop.
setMaxListeners(0, stopping.signal);
const inFlight = new Set<Promise<void>>();
/** It waits for a schema that it fits, and does nothing else. */
let isHolding = true;

const ctx = measureGateways(
  openSendingContext(settings, {
    announce,
    stopping: stopping.signal,
    async waitUntil(work) {
      const kept = work.finally(() => inFlight.delete(kept));
      inFlight.add(kept);
    },
    // It is started again and waits, so that a newer one may have the engine.
    onOutdated: () => void (isHolding || stop()),
  }),
);

let engine: RunningEngine | undefined;
let server: Server | undefined;
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
// The supervisor is gone when its channel closes.
process.on("disconnect", stop);

await untilSchemaFits();
if (settings.SENDING === "stopped") await stopAtStart(ctx);

engine = settings.EMBEDDED_ENGINE_PORT
  ? await startEngine({
      databaseUrl: settings.DATABASE_URL,
      host: "127.0.0.1",
      port: settings.EMBEDDED_ENGINE_PORT,
      eventKey: settings.INNGEST_EVENT_KEY!,
      signingKey: settings.INNGEST_SIGNING_KEY!,
      logger: log,
      // It is started again, and waits until the other is gone.
      onDisplaced: () => void stop(),
    })
  : undefined;

// A turn says nothing for as long as it takes.
server = createLimitedServer({ idleMs: 0 });
const origin = originOf(settings.WORKER_HOST, await listen(server));
const handler = serve({
  client: inngest,
  functions: createFunctions(() => ctx, {
    turnMs: TURN_MS,
    retentionDays: settings.RETENTION_DAYS,
    post: openPost(settings),
  }),
  ...servedAt(settings.INNGEST_SERVE_ORIGIN ?? origin),
});
const isOwnHost = createHostCheck(ownNames(settings));
server.on("request", (request, response) => {
  if (!isOwnHost(request.headers.host, request.socket.localAddress))
    return void response.writeHead(421).end();
  if (!servedMethods.includes(request.method ?? ""))
    return void response.writeHead(405, { allow: servedMethods.join(", ") }).end();
  const [pathname] = (request.url ?? "").split("?");
  if (pathname === SERVE_PATH) return void handler(request, response);
  if (pathname === "/metrics") return void answerMetrics(response);
  if (pathname === "/healthz")
    return void response.writeHead(200, { "content-type": "application/json" }).end('{"status":"ok"}');
  response.writeHead(404).end();
});

async function listen(to: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    to.once("error", reject);
    to.listen(settings.WORKER_PORT, settings.WORKER_HOST, resolve);
  });
  return (to.address() as AddressInfo).port;
}

/**
 * A database that a newer version has migrated is left to that one's workers: this one asks for no
 * engine, and says that it is too old for as long as it is there. One that has not been migrated
 * yet is waited for.
 */
async function untilSchemaFits(): Promise<void> {
  const sampler = createHealthSampler(ctx, randomUUID(), { engine: async () => null, api: apiHealth });
  while (!stopping.signal.aborted) {
    try {
      const newest = await newestMigration(ctx.db.sql);
      const isOutdated = ctx.schema.isOutdated(newest);
      if (newest >= knownMigration && !isOutdated) break;
      if (isOutdated) {
        // Whoever started it need not wait for it.
        process.send?.("ready");
        await sampler.beat();
      } else log.warn("the database has not been migrated to this version yet; that is waited for");
    } catch (err) {
      log.warn({ err }, "the database's schema cannot be told yet; that is waited for");
    }
    await ctx.clock.sleepUntil(ctx.clock.now() + WATCH_MS, stopping.signal);
  }
  // The process ends.
  if (stopping.signal.aborted) await new Promise(() => {});
  isHolding = false;
}

async function answerMetrics(response: ServerResponse): Promise<void> {
  const text = await workerMetricsText(ctx, inFlight.size);
  response.writeHead(200, { "content-type": METRICS_TYPE }).end(text);
}

/**
 * Has `serve` tell the engine which functions there are and where; repeated until it answers.
 * Signed as the engine's own requests are.
 */
async function register(): Promise<void> {
  for (let pauseMs = 200; !stopping.signal.aborted; pauseMs = Math.min(pauseMs * 2, REGISTER_MS_MAX)) {
    try {
      const key = settings.INNGEST_SIGNING_KEY;
      // A development server has no keys.
      const headers: HeadersInit = key ? { "x-inngest-signature": sign("", key) } : {};
      const asked = fetch(`${origin}${SERVE_PATH}`, {
        method: "PUT",
        headers,
        signal: AbortSignal.timeout(REGISTER_ANSWER_MS_MAX),
      });
      const answer = await within(REGISTER_ANSWER_MS_MAX, asked);
      if (answer.ok) return;
      log.warn(
        { status: answer.status, answer: (await answer.text()).slice(0, 300) },
        "the engine refused the functions",
      );
    } catch (err) {
      log.warn({ err }, "the engine could not be told of the functions");
    }
    await ctx.clock.sleepUntil(ctx.clock.now() + pauseMs, stopping.signal);
  }
}

/**
 * An engine that lost its registrations cannot fire the cron that would repair it, so each worker
 * watches too.
 */
async function watch(): Promise<void> {
  let startedMs = ctx.clock.now();
  let ageMs = 0;
  while (!stopping.signal.aborted) {
    try {
      // The first look is at once: whatever was cut off goes on without waiting for the cron.
      const { swept, ...found } = await sweep(ctx, ageMs);
      if (Object.values(found).some((count) => count > 0)) log.info(found, "swept");
      if (swept && ageMs === SWEEP_AGE_MS_MAX) await register();
      ageMs = ctx.clock.now() - startedMs < RECOVERY_MS ? RECOVERY_SWEEP_AGE_MS : SWEEP_AGE_MS_MAX;
    } catch (err) {
      log.warn({ err }, "the sweep failed and is tried again");
      // A database that was away leaves turns behind that run out one by one, as a start does.
      startedMs = ctx.clock.now();
      ageMs = RECOVERY_SWEEP_AGE_MS;
    }
    await ctx.clock.sleepUntil(ctx.clock.now() + WATCH_MS, stopping.signal);
  }
}

/** Apart from the sweep: one that takes long is no sign of death. */
async function beat(): Promise<void> {
  const sampler = createHealthSampler(ctx, randomUUID(), { engine: engineHealth, api: apiHealth });
  while (!stopping.signal.aborted) {
    await sampler.beat().catch((err) => log.warn({ err }, "the heartbeat failed and is tried again"));
    await ctx.clock.sleepUntil(ctx.clock.now() + WATCH_MS, stopping.signal);
  }
}

async function stop(): Promise<void> {
  if (stopping.signal.aborted) return;
  log.info("stopping: what is in flight is waited for");
  stopping.abort();
  await engine?.stop();
  while (inFlight.size > 0) await Promise.all(inFlight);
  const closed = new Promise<unknown>((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server?.closeIdleConnections();
  await Promise.race([closed, ctx.clock.sleepUntil(ctx.clock.now() + 5_000)]);
  // What the last turns left behind.
  while (inFlight.size > 0) await Promise.all(inFlight);
  await ctx.close();
  process.exit(0);
}

// Before the engine is told, which may take until it is there: a worker that waits for it is alive.
void beat();
const registered = register();
// Before that whoever is woken by the sweep would not be known to the engine.
void Promise.race([registered, ctx.clock.sleepUntil(ctx.clock.now() + ENGINE_AWAY_MS, stopping.signal)]).then(
  watch,
);
await registered;
if (!stopping.signal.aborted) {
  log.info({ origin }, "worker is ready");
  process.send?.("ready");
}
